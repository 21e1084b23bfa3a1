/** How far a run has come of what a plan before it has told. */
import type { Progress, Tally } from '../maintenance/run.js';
import { bytesText } from './amounts.js';

const WIDTH = 20;
/** What an action costs besides its bytes, about: some calls, each of which waits for the disk. */
const ACTION_BYTES = 64 * 1024;

/** A line with a bar, by actions and by the bytes that were worked through. Never more than full. */
export function barText({ doing, done, left, failed, bytes }: Progress, total: Tally): string {
  const ended = done.count + left.count + failed.count;
  const all = total.count * ACTION_BYTES + total.bytes;
  const part = all === 0 ? 1 : Math.min((ended * ACTION_BYTES + bytes) / all, 1);
  const full = Math.floor(part * WIDTH);
  const bar = `${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}`;
  const amounts = `${ended} of ${total.count}, ${bytesText(bytes)} of ${bytesText(total.bytes)}`;
  return `[${bar}] ${String(Math.floor(part * 100)).padStart(3)}%  ${amounts}${doing && `: ${doing}`}`;
}
