/** Kinds of values that notifications have. */
import { z } from 'zod';

const ACTIONS = ['pull', 'push', 'mount', 'delete'] as const;

/** The kinds. */
export const NOTIFICATION_VALUES = {
  webhook: {
    expected: 'a URL that begins with http:// or https://',
    schema: z
      .string()
      .trim()
      .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)),
  },
  actions: { expected: `a list of some of ${ACTIONS.join(', ')}`, schema: z.array(z.enum(ACTIONS)) },
  /** registry:2 takes 0 and less for its default. */
  failures: { expected: 'a whole number', schema: z.int().transform((count) => (count > 0 ? count : 10)) },
  label: { expected: 'a text', schema: z.union([z.string(), z.number()]).transform((value) => String(value).trim()) },
  envelope: { expected: 'v1, which is what 2.x sends, or v2, as 3.x does', schema: z.enum(['v1', 'v2']) },
} as const;
