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
  /**
   * How much more processor time the other server took for the same work, round by round. Holds on a busy machine too,
   * where the rate tells more of the others on it.
   */
  readonly cpuRatios: Partial<Record<Side, Spread>>;
}

/** The processor time that the server of a side has taken so far, in ms; undefined where that cannot be told. */
export type CpuTime = (side: Side) => number | undefined;

/** Runs the rounds. */
export async function measureRow(
  row: Row,
  measures: Partial<Record<Side, Measure>>,
  rounds: number,
  cpuTime: CpuTime,
): Promise<Result> {
  const sides = Object.keys(measures) as Side[];
  const figures = new Map<Side, number[]>(sides.map((side) => [side, []]));
  const costs = new Map<Side, number[]>(sides.map((side) => [side, []]));
  for (let round = 0; round < rounds; round++) {
    for (const side of sides) {
      const before = cpuTime(side);
      const sample = await measures[side]?.(round);
      if (sample === undefined) continue;
      const after = cpuTime(side);
      figures.get(side)?.push(sample.value);
      if (before !== undefined && after !== undefined && sample.work) costs.get(side)?.push((after - before) / sample.work);
    }
  }
  const ours = figures.get('lading') ?? [];
  const ratiosTo = (theirs: readonly number[]): Spread =>
    spreadOf(theirs.map((their, at) => (row.better === 'more' ? (ours[at] ?? 0) / their : their / (ours[at] ?? 0))));
  const ourCosts = costs.get('lading') ?? [];
  const others = sides.filter((side) => side !== 'lading');
  const compared = others.filter((side) => ourCosts.length > 0 && costs.get(side)?.length === ourCosts.length);
  const costRatios = (theirs: readonly number[]): Spread => spreadOf(theirs.map((their, at) => their / (ourCosts[at] ?? 0)));
  const { name, title, unit, better } = row;
  return {
    name,
    title,
    unit,
    better,
    rounds,
    sides: Object.fromEntries([...figures].map(([side, all]) => [side, spreadOf(all)])),
    ratios: Object.fromEntries(others.map((side) => [side, ratiosTo(figures.get(side) ?? [])])),
    cpuRatios: Object.fromEntries(compared.map((side) => [side, costRatios(costs.get(side) ?? [])])),
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
