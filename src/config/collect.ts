/** Goes through a document and sorts what it finds: values of known keys, faults, and keys that have no effect. */
import { HARMLESS, isEmpty, REFUSED } from './foreign.js';
import { isKey, KEYS, type Key } from './keys.js';
import { VALUES } from './values.js';

/** What was found, from one source or several. */
export interface Collected {
  /** Checked values. */
  readonly values: Map<Key, unknown>;
  /** Sentences, each with its place. */
  readonly faults: string[];
  /** Keys without effect, each with its place. */
  readonly ignored: { readonly path: string; readonly place: string }[];
  /** Storage drivers that were named. */
  readonly drivers: Set<string>;
}

/** Says where a key stands, for a person. */
export type Place = (path: readonly string[]) => string;

const DRIVERS: ReadonlySet<string> = new Set(['filesystem', 'inmemory']);

/** Nothing yet. */
export function createCollected(): Collected {
  return { values: new Map(), faults: [], ignored: [], drivers: new Set() };
}

/** Adds what stands in a section, and below it. */
export function collect(into: Collected, section: object, place: Place, above: readonly string[] = []): void {
  for (const [name, value] of Object.entries(section)) collectKey(into, [...above, name], value, place);
}

function collectKey(into: Collected, path: readonly string[], value: unknown, place: Place): void {
  const key = path.join('.');
  const at = (): string => `${place(path)}: ${key}`;
  if (path.length === 2 && path[0] === 'storage' && DRIVERS.has(path[1] ?? '')) into.drivers.add(path[1] ?? '');
  if (isKey(key)) return collectValue(into, key, value, at);
  const refusal = Object.hasOwn(REFUSED, key) ? REFUSED[key] : undefined;
  if (refusal) {
    if (!isEmpty(value) && !refusal.harmless?.(value)) into.faults.push(`${at()} cannot be honoured: ${refusal.why}`);
    return;
  }
  if (HARMLESS.has(key)) return;
  // The old name, which registry:2 still takes.
  if (key === 'loglevel') return collectValue(into, 'log.level', value, at);
  // A driver without parameters may stand alone: `storage: inmemory`.
  if (key === 'storage' && typeof value === 'string') return collectKey(into, [...path, value], null, place);
  if (!hasKeysBelow(key)) {
    if (path.length === 2 && path[0] === 'storage')
      into.faults.push(`${at()} is no storage driver; expected filesystem or inmemory`);
    into.ignored.push({ path: key, place: place(path) });
    return;
  }
  if (value === null || value === undefined) return;
  if (typeof value === 'object' && !Array.isArray(value)) collect(into, value, place, path);
  else into.faults.push(`${at()} is ${shown(value)}; expected a section`);
}

function collectValue(into: Collected, key: Key, value: unknown, at: () => string): void {
  const { expected, schema } = VALUES[KEYS[key].type];
  // A key without a value is as good as none, but for sections, which may be empty.
  if (value === null && KEYS[key].type !== 'section') return;
  const result = schema.safeParse(value);
  if (result.success) into.values.set(key, result.data);
  else into.faults.push(`${at()} is ${shown(value)}; expected ${expected}`);
}

const ALL = [...Object.keys(KEYS), ...Object.keys(REFUSED), ...HARMLESS];

function hasKeysBelow(key: string): boolean {
  return ALL.some((known) => known.startsWith(`${key}.`));
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
