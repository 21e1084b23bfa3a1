/** Durations as registry:2 reads them: Go's syntax, or a bare whole number of nanoseconds. */

const UNITS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ns: 1e-6,
};
const WHOLE = /^(?:(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|µs|μs|ns))+$/;
const PART = /(\d+\.?\d*|\.\d+)(h|ms|m|s|us|µs|μs|ns)/g;
/** The longest time that a timer of the platform takes: 24 days. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** Milliseconds, 0 or more, of what the text spells; undefined for anything else. */
export function parseDuration(value: string | number): number | undefined {
  const ms = typeof value === 'number' ? value / 1e6 : milliseconds(value.trim());
  return ms !== undefined && ms >= 0 && ms <= Number.MAX_SAFE_INTEGER ? ms : undefined;
}

function milliseconds(text: string): number | undefined {
  if (text === '0') return 0;
  if (!WHOLE.test(text)) return undefined;
  let sum = 0;
  for (const [, count, unit = ''] of text.matchAll(PART)) sum += Number(count) * (UNITS[unit] ?? 0);
  return sum;
}
