/** Measures the sides of a row in turn, A B A B, and compares what stood next to each other. */
import type { Measure, Row } from './row.js';
import type { Side } from './servers.js';

/** Some figures, told by their middle and their ends. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** A row, measured. */
export interface Result {
  readonly name: string;
  readonly title: string;
  readonly unit: Row['unit'];
  readonly better: Row['better'];
  readonly rounds: number;
  readonly sides: Partial<Record<Side, Spread>>;
  /** How many times better lading was than the other, round by round: over 1 is better, whatever the unit. */
  readonly ratios: Partial<Record<Side, Spread>>;
}

/** Runs the rounds. */
export async function measureRow(row: Row, measures: Partial<Record<Side, Measure>>, rounds: number): Promise<Result> {
  const sides = Object.keys(measures) as Side[];
  const figures = new Map<Side, number[]>(sides.map((side) => [side, []]));
  for (let round = 0; round < rounds; round++) {
    for (const side of sides) {
      const figure = await measures[side]?.(round);
      if (figure !== undefined) figures.get(side)?.push(figure);
    }
  }
  const ours = figures.get('lading') ?? [];
  const ratiosTo = (theirs: readonly number[]): Spread =>
    spreadOf(theirs.map((their, at) => (row.better === 'more' ? (ours[at] ?? 0) / their : their / (ours[at] ?? 0))));
  const { name, title, unit, better } = row;
  return {
    name,
    title,
    unit,
    better,
    rounds,
    sides: Object.fromEntries([...figures].map(([side, all]) => [side, spreadOf(all)])),
    ratios: Object.fromEntries([...figures].filter(([side]) => side !== 'lading').map(([side, all]) => [side, ratiosTo(all)])),
  };
}

function spreadOf(figures: readonly number[]): Spread {
  const sorted = [...figures].sort((a, b) => a - b);
  return { median: medianOf(sorted), min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 };
}

/** The middle of sorted figures. */
export function medianOf(sorted: readonly number[]): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? upper) + upper) / 2;
}
