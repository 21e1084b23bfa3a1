/** Goes through a document and sorts what it finds: values of known keys, faults, and keys that have no effect. */
import { HARMLESS, isEmpty, REFUSED } from './foreign.js';
import { isKey, KEYS, type Key, REQUIRED } from './keys.js';
import { VALUES } from './values.js';

/** What was found, from one source or several. */
export interface Collected {
  /** Checked values. */
  readonly values: Map<Key, unknown>;
  /** Keys whose value is a fault. */
  readonly wrong: Set<Key>;
  /** Sentences, each with its place. */
  readonly faults: string[];
  /** Keys without effect, each with its place. */
  readonly ignored: { readonly path: string; readonly place: string }[];
  /** Storage drivers that were named. */
  readonly drivers: Set<string>;
  /** Methods of authentication that were named. */
  readonly methods: Set<string>;
}

/** Says where a key stands, for a person. */
export type Place = (path: readonly string[]) => string;

const METHODS: ReadonlySet<string> = new Set(Object.keys(REQUIRED));
const DRIVERS: ReadonlySet<string> = new Set(['filesystem', 'inmemory']);

/** Nothing yet. */
export function createCollected(): Collected {
  return { values: new Map(), wrong: new Set(), faults: [], ignored: [], drivers: new Set(), methods: new Set() };
}

/** Adds what stands in a section, and below it. */
export function collect(into: Collected, section: object, place: Place, above: readonly string[] = []): void {
  for (const [name, value] of Object.entries(section)) collectKey(into, [...above, name], value, place);
}

function collectKey(into: Collected, path: readonly string[], value: unknown, place: Place): void {
  const key = path.join('.');
  const at = (): string => `${place(path)}: ${key}`;
  if (path.length === 2 && path[0] === 'storage' && DRIVERS.has(path[1] ?? '')) into.drivers.add(path[1] ?? '');
  if (path.length === 2 && path[0] === 'auth' && METHODS.has(path[1] ?? '')) into.methods.add(path[1] ?? '');
  if (isKey(key)) return collectValue(into, key, value, at);
  const refusal = Object.hasOwn(REFUSED, key) ? REFUSED[key] : undefined;
  if (refusal) {
    const asksForIt = !isEmpty(value) || refusal.evenEmpty === true;
    if (asksForIt && !refusal.harmless?.(value)) into.faults.push(`${at()} cannot be honoured: ${refusal.why}`);
    return;
  }
  if (HARMLESS.has(key)) return;
  // The old name, which registry:2 still takes.
  if (key === 'loglevel') return collectValue(into, 'log.level', value, at);
  // A driver without parameters may stand alone: `storage: inmemory`.
  if (key === 'storage' && typeof value === 'string') return collectKey(into, [...path, value], null, place);
  if (key === 'auth' && typeof value === 'string') return collectMethod(into, value, place);
  // What registry:2 calls no method at all.
  if (/^auth\.none$/i.test(key)) return;
  if (!hasKeysBelow(key)) {
    if (path.length === 2 && path[0] === 'storage')
      into.faults.push(`${at()} is no storage driver; expected filesystem or inmemory`);
    if (path.length === 2 && path[0] === 'auth') into.faults.push(`${at()} is no ${METHOD_EXPECTED}`);
    into.ignored.push({ path: key, place: place(path) });
    return;
  }
  if (value === null || value === undefined) return;
  if (typeof value === 'object' && !Array.isArray(value)) collect(into, value, place, path);
  else into.faults.push(`${at()} is ${shown(value, key)}; expected a section`);
}

/** A method of which nothing but the name is said. The text may be anything, a password too, so it is not repeated. */
function collectMethod(into: Collected, name: string, place: Place): void {
  const isKnown = METHODS.has(name) || Object.hasOwn(REFUSED, `auth.${name}`) || /^none$/i.test(name);
  if (isKnown) collectKey(into, ['auth', name], null, place);
  else into.faults.push(`${place(['auth'])}: auth names no ${METHOD_EXPECTED}`);
}

const METHOD_EXPECTED = `method of authentication; expected ${[...METHODS].join(' or ')}`;

function collectValue(into: Collected, key: Key, value: unknown, at: () => string): void {
  const { expected, schema } = VALUES[KEYS[key].type];
  // A key without a value is as good as none, but for sections, which may be empty.
  if (value === null && KEYS[key].type !== 'section') return;
  const result = schema.safeParse(value);
  if (result.success) into.values.set(key, result.data);
  else {
    into.wrong.add(key);
    into.faults.push(`${at()} is ${shown(value, key)}; expected ${expected}`);
  }
}

const ALL = [...Object.keys(KEYS), ...Object.keys(REFUSED), ...HARMLESS];

function hasKeysBelow(key: string): boolean {
  return ALL.some((known) => known.startsWith(`${key}.`));
}

/** Sections in which a value at the wrong place may be a password. */
const SECRET = /^auth\b/;

function shown(value: unknown, key: string): string {
  if (SECRET.test(key)) return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a section' : `a ${typeof value}`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
