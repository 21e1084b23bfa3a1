/** What the figures were taken on, and where on it processes run. */
import { spawnSync } from 'node:child_process';
import { readFileSync, statfsSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const TYPES: Readonly<Record<number, string>> = {
  61267: 'ext4',
  16914836: 'tmpfs',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  2035054128: 'overlay',
  26985: 'nfs',
};

/** The file system that a folder is on, by name. */
export function fileSystemOf(folder: string): string {
  const { type } = statfsSync(folder);
  return TYPES[type] ?? `type 0x${type.toString(16)}`;
}

const CORES = availableParallelism();
const CAN_PIN = CORES > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** The last core is for the load; the others are for the server under it. Undefined where that cannot be had. */
export function clientCores(): string | undefined {
  return CAN_PIN ? `${CORES - 1}` : undefined;
}

/** The cores of a server under load. */
export function serverCores(): string | undefined {
  return CAN_PIN ? `0-${CORES - 2}` : undefined;
}

/** A command that runs on these cores alone. */
export function pinned(cores: string | undefined, command: string, args: readonly string[]): { command: string; args: string[] } {
  return cores === undefined ? { command, args: [...args] } : { command: 'taskset', args: ['-c', cores, command, ...args] };
}

/** Processor time of a process and its threads, in ms; undefined where the system does not tell. Its children are not in it. */
export function cpuTimeOf(pid: number): number | undefined {
  try {
    // What stands before the last bracket is the command, in any spelling. Ticks are hundredths of a second on Linux.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}

/** One line for a report. */
export function describeMachine(folder: string): string {
  return `${CORES} cores, ${fileSystemOf(folder)}, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
}
