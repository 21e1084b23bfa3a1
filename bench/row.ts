/** What a benchmark is: one row of the table. Each is a file in `rows/` and a line in `rows.ts`. */
import type { RunningServer } from '../test/clients/server.js';
import type { Side, StartOptions } from './servers.js';

/** What a row gets to work with. All that it starts is stopped, and all that it writes removed, when it is done. */
export interface Bench {
  /** A folder for what the row writes, on the disk. */
  readonly folder: string;
  /** The registries that can be started here; lading is always one of them. */
  readonly registries: readonly Side[];
  /** For rows whose work can be made larger: MiB of each pushed layer. */
  readonly memoryMib: number;
  start(side: Side, options?: Partial<StartOptions>): Promise<RunningServer>;
}

/** What one round has shown. */
export interface Sample {
  /** In the row's unit. */
  readonly value: number;
  /** How much was done, where the server's processor time for it is worth knowing. */
  readonly work?: number;
}

/** One side of a row, prepared: each call measures it once. */
export type Measure = (round: number) => Promise<Sample>;

/** A row. */
export interface Row {
  /** For `--rows`. */
  readonly name: string;
  readonly title: string;
  readonly unit: 'requests/s' | 'images/s' | 'MiB/s' | 'ms' | 'MiB';
  readonly better: 'more' | 'less';
  /** Rounds when `--rounds` is not given. */
  readonly rounds: number;
  /** Starts and fills the servers, and warms them up. */
  prepare(bench: Bench): Promise<Partial<Record<Side, Measure>>>;
}
