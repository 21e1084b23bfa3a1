/** Which process of which machine this is, as others on the same store see it. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process. Two that share a machine share its name and, where Linux tells one, the space of its process numbers. */
interface ProcessName {
  readonly host: string;
  readonly process: string;
}

/** This one. */
export function thisProcess(): ProcessName {
  return { host: hostname(), process: `${spaceOfNumbers()} ${process.pid}` };
}

/** True when the process was one of this machine and has ended. Of others nobody here can tell. */
export function hasEnded({ host, process: name }: ProcessName): boolean {
  const [space, number] = name.split(' ');
  if (host !== hostname() || space !== spaceOfNumbers() || !/^[1-9][0-9]*$/.test(number ?? '')) return false;
  try {
    process.kill(Number(number), 0);
    return false;
  } catch (error) {
    // Another user's process may not be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/**
 * Containers may have the name of their machine and numbers of their own: there 17 is another process than here. The first
 * such space is called alike on all machines, and machines of one name are common: the id of the start tells them apart.
 */
function spaceOfNumbers(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return process.platform;
  }
}
