import { randomBytes } from 'node:crypto';

/** A name that sorts by time and is like no other: `20261124T020325.123Z-9f86d081884c7d65`, of characters every driver takes. */
export function entryName(now: Date): string {
  return `${now.toISOString().replaceAll(/[-:]/g, '')}-${randomBytes(8).toString('hex')}`;
}
