/** When an upload counts as abandoned: the rule of the purge, as a function of what is found. */
import type { UploadFacts } from '../registry/inventory.js';

/**
 * Nothing is taken to which something has happened in this time. Age alone says too little: an upload that began last week
 * may be receiving now. A request that sends nothing for a minute is cut off, and one that sends a little is seen every ten
 * minutes, so an hour is far from any that lives, and from clocks that differ.
 */
export const QUIET_MS = 60 * 60 * 1000;

/** Why an upload counts as abandoned. */
export interface Abandonment {
  readonly ageMs: number;
  readonly reason: string;
}

/** Undefined for one that may be alive. Times in the future say nothing. */
export function abandonment(facts: UploadFacts, now: Date, minimumAgeMs: number): Abandonment | undefined {
  const { startedAt, writtenAt, isKnown, claimedAt } = facts;
  const since = (time: Date | undefined): number | undefined => {
    const ms = time === undefined ? -1 : now.getTime() - time.getTime();
    return ms < 0 ? undefined : ms;
  };
  const quietMs = since(writtenAt);
  if (quietMs === undefined || quietMs < QUIET_MS) return undefined;
  const begunMs = since(startedAt);
  const ageMs = begunMs ?? quietMs;
  // The purge that has taken its `startedat` away has found it old enough, by times that may be gone by now.
  if (claimedAt !== undefined && !isKnown) return { ageMs, reason: 'a purge of it was interrupted' };
  if (ageMs < minimumAgeMs) return undefined;
  if (begunMs !== undefined) return { ageMs, reason: 'it began long ago, and nothing has come since' };
  const what = facts.files === 0 ? 'it is an empty folder' : isKnown ? 'its start cannot be read' : 'nothing says when it began';
  return { ageMs, reason: `${what}, and nothing has come for long` };
}
