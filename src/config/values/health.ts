/** Kinds of values that health checks have. What registry:2 fills in where nothing is said is filled in here. */
import { z } from 'zod';
import { type Address, parseAddress } from '../address.js';
import { MAX_TIMER_MS, parseDuration } from '../duration.js';

const DEFAULT_INTERVAL_MS = 10_000;

const text = z.string().trim().min(1);
const duration = z.union([z.string(), z.int()]).transform((value, context) => {
  const ms = parseDuration(value);
  if (ms !== undefined && ms <= MAX_TIMER_MS) return ms;
  context.addIssue({ code: 'custom', message: 'no duration' });
  return z.NEVER;
});

/** An address that can be asked for, and how it was written. */
export interface Peer extends Address {
  readonly text: string;
}

/** The kinds. */
export const HEALTH_VALUES = {
  checkinterval: {
    expected: 'a duration such as 10s or 1m; 0 for 10s',
    schema: duration.transform((ms) => (ms > 0 ? ms : DEFAULT_INTERVAL_MS)),
  },
  threshold: { expected: 'a whole number', schema: z.int().transform((count) => Math.max(0, count)) },
  checkstatus: {
    expected: 'a status from 100 to 599; 0 for 200',
    schema: z
      .int()
      .min(0)
      .max(599)
      .transform((code) => (code === 0 ? 200 : code)),
  },
  peer: {
    expected: 'host:port, with a port from 1 to 65535',
    schema: text.transform((value, context): Peer => {
      const address = parseAddress(value);
      if (address !== undefined && address.port > 0) return { ...address, text: value };
      context.addIssue({ code: 'custom', message: 'no address' });
      return z.NEVER;
    }),
  },
} as const;
