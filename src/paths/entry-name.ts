import { randomBytes } from 'node:crypto';

let count = 0;

/**
 * A name that sorts by time and is like no other: `20261124T020325.123Z-9f86d081884c7d65`, of characters every driver takes.
 * What one process names within a millisecond sorts in the order of naming.
 */
export function entryName(now: Date): string {
  count = (count + 1) % 0x10000;
  const suffix = count.toString(16).padStart(4, '0') + randomBytes(6).toString('hex');
  return `${now.toISOString().replaceAll(/[-:]/g, '')}-${suffix}`;
}
