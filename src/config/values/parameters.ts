/** Kinds of values that the parameters of object stores have. */
import { z } from 'zod';

const MIB = 1024 * 1024;
const CONTROL = /[\p{Cc}]/u;

/** registry:2 makes texts of numbers here; of one that YAML cannot keep to the last digit, a wrong one. */
const text = z
  .union([z.string().trim(), z.int().transform(String), z.boolean().transform(String)])
  .refine((value) => !CONTROL.test(value));
const whole = z.union([
  z.int(),
  z
    .string()
    .trim()
    .regex(/^\d{1,16}$/)
    .transform(Number),
]);
const maybe = (value: string): string | undefined => (value === '' ? undefined : value);

const STORAGE_CLASSES = [
  'NONE',
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'OUTPOSTS',
  'GLACIER_IR',
  'EXPRESS_ONEZONE',
] as const;

const OBJECT_ACLS = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
] as const;

const CREDENTIALS = ['client_secret', 'shared_key', 'default_credentials'] as const;

/** The kinds. An empty text is as good as none. */
export const PARAMETER_VALUES = {
  parameter: { expected: 'a text of one line; in quotes when it is a long number', schema: text.transform(maybe) },
  region: {
    expected: 'the name of a region, such as eu-central-1',
    schema: text.refine((value) => /^[A-Za-z0-9-]*$/.test(value)).transform(maybe),
  },
  endpoint: {
    expected: 'a host such as minio.example:9000, or its URL',
    schema: text.refine((value) => value === '' || isEndpoint(value)).transform(maybe),
  },
  chunk: {
    expected: 'a number of bytes from 5242880 (5 MiB) to 5368709120 (5 GiB)',
    schema: whole.refine((bytes) => bytes >= 5 * MIB && bytes <= 5 * 1024 * MIB),
  },
  copythreshold: {
    expected: 'a number of bytes, up to 5368709120 (5 GiB)',
    schema: whole.refine((bytes) => bytes >= 0 && bytes <= 5 * 1024 * MIB),
  },
  gcschunk: {
    expected: 'a number of bytes that is a multiple of 262144 (256 KiB)',
    schema: whole.refine((bytes) => bytes > 0 && bytes % (256 * 1024) === 0),
  },
  concurrency: { expected: 'a whole number, 1 or more', schema: whole.refine((count) => count >= 1) },
  /** registry:2 takes what is less for 25. */
  gcsconcurrency: { expected: 'a whole number, 25 or more', schema: whole.transform((count) => Math.max(25, count)) },
  retries: { expected: 'a whole number, 0 or more', schema: whole.refine((count) => count >= 0) },
  v4auth: {
    expected: 'true: requests are signed by version 4 of the scheme, and by no older one',
    schema: z
      .union([z.boolean(), z.string().toLowerCase()])
      .refine((value) => value === true || value === 'true')
      .transform(() => true as const),
  },
  storageclass: {
    expected: `one of ${STORAGE_CLASSES.join(', ')}`,
    schema: z.string().trim().toUpperCase().pipe(z.enum(STORAGE_CLASSES)),
  },
  objectacl: { expected: `one of ${OBJECT_ACLS.join(', ')}`, schema: z.enum(OBJECT_ACLS) },
  azurecredentials: { expected: CREDENTIALS.join(', '), schema: z.enum(CREDENTIALS) },
  serviceaccount: {
    expected: 'what the key file of a service account has: client_email and private_key at least',
    schema: z.looseObject({ client_email: z.string().min(1), private_key: z.string().min(1) }),
  },
} as const;

function isEndpoint(value: string): boolean {
  const url = value.includes('://') ? value : `https://${value}`;
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) && !/\s/.test(value);
}
