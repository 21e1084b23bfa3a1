/**
 * What a value of the configuration may be: how it is read from YAML, what it becomes, and the words for what was expected.
 * Texts that the YAML of registry:2 takes for booleans and durations are taken here too.
 */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';
import { isTarsumAlgorithm, TARSUMS, type TarsumAlgorithm } from '../core/digest.js';
import { createPattern } from '../pattern.js';
import { parseAddress, parseListenPlace } from './address.js';
import { CIPHER_SUITES } from './cipher-suites.js';
import { MAX_TIMER_MS, parseDuration } from './duration.js';
import { HEALTH_VALUES } from './values/health.js';
import { NOTIFICATION_VALUES } from './values/notifications.js';
import { PARAMETER_VALUES } from './values/parameters.js';

/** One kind of value. */
interface ValueType {
  /** Completes "expected ...". */
  readonly expected: string;
  readonly schema: z.ZodType;
}

const text = z.string().trim().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** YAML 1.1, which registry:2 reads, has these booleans; 1.2 calls them texts. */
const BOOLEANS: Readonly<Record<string, boolean>> = { yes: true, on: true, true: true, no: false, off: false, false: false };

const duration = z.union([z.string(), z.int()]).transform(valueOr(parseDuration));

/** Of tokens, as registry:2 has them; `none` is not one of them. */
export const SIGNING_ALGORITHMS = [
  'EdDSA',
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
] as const;

const TLS_VERSIONS = { 'tls1.2': 'TLSv1.2', 'tls1.3': 'TLSv1.3' } as const;

/** All kinds of values. */
export const VALUES = {
  version: {
    expected: '0.1, the only version of this format',
    schema: z.union([z.literal(0.1), z.literal('0.1')]).transform(() => '0.1' as const),
  },
  level: {
    expected: 'error, warn, info or debug',
    schema: z
      .string()
      .toLowerCase()
      .pipe(z.enum(['error', 'warn', 'info', 'debug'])),
  },
  formatter: { expected: 'text, json or logstash', schema: z.enum(['text', 'json', 'logstash']) },
  fields: { expected: 'a section of names and values', schema: z.record(z.string(), z.json().transform(fieldText)) },
  flag: {
    expected: 'true or false',
    schema: z.union([z.boolean(), z.string().toLowerCase().transform(booleanOf)]),
  },
  section: { expected: 'nothing, or a section', schema: z.union([z.null(), z.looseObject({})]).transform(() => true) },
  words: {
    expected: 'a text of one line',
    schema: text.refine((value) => ![...value].some((character) => character < ' ' || character === '\x7f')),
  },
  algorithms: {
    expected: `a list of ${SIGNING_ALGORITHMS.join(', ')}`,
    schema: z.array(z.enum(SIGNING_ALGORITHMS)).transform((some) => (some.length > 0 ? some : [...SIGNING_ALGORITHMS])),
  },
  patterns: { expected: 'a list of regular expressions as Go has them', schema: z.array(z.string().superRefine(checkPattern)) },
  platforms: {
    expected: 'all, none or list',
    schema: z
      .string()
      .toLowerCase()
      .pipe(z.enum(['all', 'none', 'list'])),
  },
  classes: { expected: 'a list of image and plugin', schema: z.array(z.enum(['image', 'plugin'])) },
  files: { expected: 'a list of paths of files', schema: z.array(text).min(1) },
  /** Words of others, such as media types. */
  texts: { expected: 'a list of texts', schema: z.array(scalar) },
  tlsversion: {
    expected: 'tls1.2 or tls1.3; what was before is broken',
    schema: z.enum(['tls1.2', 'tls1.3']).transform((version) => TLS_VERSIONS[version]),
  },
  suites: {
    expected: `a list of ${Object.keys(CIPHER_SUITES).join(', ')}`,
    schema: z.array(z.string().refine(isSuite)).transform((names) => names.filter(isSuite).map((name) => CIPHER_SUITES[name])),
  },
  clientauth: {
    expected: 'request-client-cert, require-any-client-cert, verify-client-cert-if-given or require-and-verify-client-cert',
    schema: z.enum([
      'request-client-cert',
      'require-any-client-cert',
      'verify-client-cert-if-given',
      'require-and-verify-client-cert',
    ]),
  },
  folder: { expected: 'the path of a folder', schema: text },
  file: { expected: 'the path of a file', schema: text },
  address: {
    expected: 'host:port, :port or [IPv6]:port, with a port from 0 to 65535',
    schema: text.transform(valueOr(parseAddress)),
  },
  listen: {
    expected:
      'host:port, :port or [IPv6]:port, with a port from 0 to 65535; with http.net: unix a path with a slash, of at most 107 bytes',
    schema: text.transform(valueOr(parseListenPlace)),
  },
  net: { expected: 'tcp or unix', schema: z.enum(['tcp', 'unix']) },
  url: {
    expected: 'a URL such as https://registry.example.com, or with a path that ends with /',
    schema: text.refine(isBaseUrl).transform(baseOf),
  },
  prefix: {
    expected: 'a path such as /registry/, of letters, digits and . _ ~ -',
    schema: text
      .regex(/^\/(?:[\w.~-]+\/)*(?:[\w.~-]+)?$/)
      .refine(hasNoDots)
      .transform((path) => path.replace(/\/$/, '')),
  },
  /** Where somebody else listens. */
  weburl: { expected: 'a URL such as https://hooks.example.com/events', schema: text.refine(isWebUrl) },
  path: { expected: 'a path that begins with /', schema: text.startsWith('/') },
  duration: {
    expected: 'a duration such as 30s, 1h30m or 500ms',
    schema: duration.refine((ms) => ms <= MAX_TIMER_MS),
  },
  /** What nobody waits for by a timer may be longer than one runs. */
  age: { expected: 'a length of time such as 168h or 1h30m', schema: duration },
  interval: {
    expected: 'a length of time such as 24h or 30m, and more than none',
    schema: duration.refine((ms) => ms > 0),
  },
  /** registry:2 takes 0 and less for its default. */
  limit: { expected: 'a whole number', schema: z.int().transform((count) => (count > 0 ? count : 1000)) },
  count: { expected: 'a whole number, 1 or more', schema: z.int().min(1) },
  whole: { expected: 'a whole number, 0 or more', schema: z.int().min(0) },
  tarsums: {
    expected: `a list of some of ${Object.keys(TARSUMS).join(', ')}`,
    schema: z.array(z.custom<TarsumAlgorithm>((label) => typeof label === 'string' && isTarsumAlgorithm(label))),
  },
  headers: {
    expected: 'names of headers with a list of texts each; none that tell how long an answer is',
    schema: z
      .record(z.string(), z.union([z.array(scalar), scalar.transform((one) => [one]), z.null().transform((): string[] => [])]))
      .refine(areHeaders),
  },
  ...HEALTH_VALUES,
  ...PARAMETER_VALUES,
  ...NOTIFICATION_VALUES,
} as const satisfies Record<string, ValueType>;

/** Names a kind of value. */
export type ValueName = keyof typeof VALUES;

/** What a value becomes. */
export type ValueOf<T extends ValueName> = z.output<(typeof VALUES)[T]['schema']>;

/** A field of a line is a text. */
function fieldText(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function booleanOf(word: string, context: z.RefinementCtx): boolean {
  if (Object.hasOwn(BOOLEANS, word)) return BOOLEANS[word] === true;
  context.addIssue({ code: 'custom', message: 'no boolean' });
  return z.NEVER;
}

/** A transform from a parser that gives undefined for what it cannot read. */
function valueOr<I, O>(parse: (input: I) => O | undefined): (input: I, context: z.RefinementCtx) => O {
  return (input, context) => {
    const value = parse(input);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: 'cannot be read' });
    return z.NEVER;
  };
}

function checkPattern(source: string, context: z.RefinementCtx): void {
  try {
    createPattern(source);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'cannot be read' });
  }
}

function isSuite(name: string): name is keyof typeof CIPHER_SUITES {
  return Object.hasOwn(CIPHER_SUITES, name);
}

function isWebUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function isBaseUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, search, hash, username, password } = new URL(value);
  return /^https?:$/.test(protocol) && search + hash + username + password === '';
}

/** What other paths are put behind. What follows the last slash is not part of it: registry:2 resolves URLs so, as browsers do. */
function baseOf(url: string): string {
  return new URL('.', url).href.replace(/\/+$/, '');
}

/** Clients take these out of a path before they send it. */
function hasNoDots(path: string): boolean {
  return !path.split('/').some((segment) => segment === '.' || segment === '..');
}

/** Headers that tell where an answer ends: said for every answer, they would make nearly all of them wrong. */
const FRAMING: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function areHeaders(headers: Readonly<Record<string, readonly string[]>>): boolean {
  try {
    for (const [name, values] of Object.entries(headers)) {
      validateHeaderName(name);
      if (FRAMING.has(name.toLowerCase())) return false;
      for (const value of values) validateHeaderValue(name, value);
    }
    return true;
  } catch {
    return false;
  }
}
