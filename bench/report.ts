/** Results as a table in Markdown. */
import type { Result, Spread } from './rounds.js';

/** The head of the table. */
export const TABLE_HEAD = `| row | unit | rounds | lading | docker-registry | ratio (min to max) | CPU ratio | nginx | ratio |
|---|---|---|---|---|---|---|---|---|`;

/** One line of it. */
export function tableLine({ title, unit, rounds, sides, ratios, cpuRatios }: Result): string {
  const cells = [
    title,
    unit,
    rounds,
    figure(sides.lading),
    figure(sides.registry),
    ratio(ratios.registry),
    ratio(cpuRatios.registry),
    figure(sides.nginx),
    ratio(ratios.nginx),
  ];
  return `| ${cells.join(' | ')} |`;
}

function figure(spread: Spread | undefined): string {
  return spread === undefined ? '' : `${short(spread.median)} (${short(spread.min)} to ${short(spread.max)})`;
}

function ratio(spread: Spread | undefined): string {
  return spread === undefined ? '' : `**${short(spread.median)}** (${short(spread.min)} to ${short(spread.max)})`;
}

/** Three digits that mean something. */
function short(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
