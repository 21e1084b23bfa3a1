/** Goes through a document and sorts what it finds: values of known keys, faults, and keys that have no effect. */
import { collectList, mayStandInList } from './collect-list.js';
import type { Place } from './document.js';
import { DRIVER_ALIASES, DRIVERS } from './drivers.js';
import { HARMLESS, IGNORED, isEmpty, REFUSED } from './foreign.js';
import { isKey, KEYS, type Key, REQUIRED } from './keys.js';
import { isList, type Row } from './rows.js';
import { formOf, shownValue } from './shown.js';
import { VALUES } from './values.js';

/** A value as it stands in a source. */
export interface Written {
  readonly value: unknown;
  /** The names that lead to it; one flag when it is from the command line. */
  readonly path: readonly string[];
}

/** What was found, from one source or several. */
export interface Collected {
  /** Checked values. */
  readonly values: Map<Key, unknown>;
  /** The same as they were written, and where. */
  readonly written: Map<Key, Written>;
  /** Keys whose value is a fault. */
  readonly wrong: Set<Key>;
  /** Sentences, each with its place. */
  readonly faults: string[];
  /** Sentences about what has no effect, each with its place. */
  readonly warnings: string[];
  /** Storage drivers that were named, as they were. */
  readonly drivers: Set<string>;
  /** Methods of authentication that were named. */
  readonly methods: Set<string>;
}

const METHODS: ReadonlySet<string> = new Set(
  Object.keys(REQUIRED)
    .filter((section) => section.startsWith('auth.'))
    .map((section) => section.slice('auth.'.length)),
);
const DRIVER_NAMES: ReadonlySet<string> = new Set([...DRIVERS, ...Object.keys(DRIVER_ALIASES)]);

/** Nothing yet. */
export function createCollected(): Collected {
  return {
    values: new Map(),
    written: new Map(),
    wrong: new Set(),
    faults: [],
    warnings: [],
    drivers: new Set(),
    methods: new Set(),
  };
}

/** Adds what stands in a section, and below it. */
export function collect(into: Collected, section: object, place: Place, above: readonly string[] = []): void {
  for (const [name, value] of Object.entries(section)) {
    const path = [...above, name];
    // A name with a dot would pass for a path.
    if (name.includes('.')) warnOfUnknown(into, path, place);
    else collectKey(into, path, value, place);
  }
}

function collectKey(into: Collected, path: readonly string[], value: unknown, place: Place): void {
  const [section = '', name = ''] = path;
  const key = tableName(path);
  const at = (): string => `${place(path)}: ${path.join('.')}`;
  if (path.length === 2 && section === 'storage' && DRIVER_NAMES.has(name)) into.drivers.add(name);
  if (path.length === 2 && section === 'auth' && METHODS.has(name)) into.methods.add(name);
  if (isKey(key)) return collectValue(into, key, value, path, place);
  const refusal = Object.hasOwn(REFUSED, key) ? REFUSED[key] : undefined;
  if (refusal) {
    const asksForIt = !isEmpty(value) || refusal.evenEmpty === true;
    if (asksForIt && !refusal.harmless?.(value)) into.faults.push(`${at()} cannot be honoured: ${refusal.why}`);
    return;
  }
  const ignored = Object.hasOwn(IGNORED, key) ? IGNORED[key] : undefined;
  if (ignored !== undefined) {
    if (!isEmpty(value) && value !== false) into.warnings.push(`${at()} has no effect: ${ignored}`);
    return;
  }
  if (HARMLESS.has(key)) return;
  // The old name, which registry:2 still takes.
  if (key === 'loglevel') return collectValue(into, 'log.level', value, path, place);
  // As people write it who expect what all other switches have.
  if (key === 'storage.maintenance.readonly' && typeof value !== 'object')
    return collectValue(into, 'storage.maintenance.readonly.enabled', value, path, place);
  // A driver without parameters may stand alone: `storage: inmemory`.
  if (key === 'storage' && typeof value === 'string') return collectKey(into, [...path, value], null, place);
  if (key === 'auth' && typeof value === 'string') return collectMethod(into, value, place);
  // What registry:2 calls no method at all.
  if (/^auth\.none$/i.test(key)) return;
  if (!hasKeysBelow(key)) return collectStranger(into, path, place);
  if (value === null || value === undefined) return;
  if (isSection(value)) collect(into, value, place, path);
  else into.faults.push(`${at()} is ${typeof value === 'string' ? formOf(value) : shownOf(key, value)}; expected a section`);
}

/** The name that a key has in the table: drivers may have another one in a file. */
function tableName(path: readonly string[]): string {
  const [section = '', name = '', ...below] = path;
  const driver = section === 'storage' && Object.hasOwn(DRIVER_ALIASES, name) ? DRIVER_ALIASES[name] : undefined;
  return driver === undefined ? path.join('.') : [section, driver, ...below].join('.');
}

/** What the table does not have at all. Where storage or methods are named, nothing must be taken for nothing. */
function collectStranger(into: Collected, path: readonly string[], place: Place): void {
  const [section = '', name = ''] = path;
  const at = `${place(path)}: ${path.join('.')}`;
  if (path.length === 2 && section === 'storage' && !DRIVER_NAMES.has(name))
    into.faults.push(`${at} is no storage driver; expected ${DRIVERS.slice(0, -1).join(', ')} or ${DRIVERS.at(-1)}`);
  else if (path.length === 2 && section === 'auth') into.faults.push(`${at} is no ${METHOD_EXPECTED}`);
  else warnOfUnknown(into, path, place);
}

function warnOfUnknown(into: Collected, path: readonly string[], place: Place): void {
  into.warnings.push(`${place(path)}: ${path.join('.')} is not known, and has no effect`);
}

/** A method of which nothing but the name is said. The text may be anything, a password too, so it is not repeated. */
function collectMethod(into: Collected, name: string, place: Place): void {
  const isKnown = METHODS.has(name) || Object.hasOwn(REFUSED, `auth.${name}`) || /^none$/i.test(name);
  if (isKnown) collectKey(into, ['auth', name], null, place);
  else into.faults.push(`${place(['auth'])}: auth names no ${METHOD_EXPECTED}`);
}

const METHOD_EXPECTED = `method of authentication; expected ${[...METHODS].join(' or ')}`;

function collectValue(into: Collected, key: Key, value: unknown, path: readonly string[], place: Place): void {
  const row: Row = KEYS[key];
  // A key without a value is as good as none, but for sections, which may be empty.
  if (value === null && (isList(row) || row.type !== 'section')) return;
  into.written.set(key, { value, path });
  if (isList(row)) {
    const { sections, faults, warnings } = collectList(row, value, path, place);
    into.faults.push(...faults);
    into.warnings.push(...warnings);
    if (faults.length > 0) into.wrong.add(key);
    else into.values.set(key, sections);
    return;
  }
  const { expected, schema } = VALUES[row.type];
  const result = schema.safeParse(value);
  if (result.success) into.values.set(key, result.data);
  else {
    into.wrong.add(key);
    into.faults.push(`${place(path)}: ${path.join('.')} is ${shownOf(key, value)}; expected ${expected}`);
  }
}

const FOREIGN: ReadonlySet<string> = new Set([...Object.keys(REFUSED), ...Object.keys(IGNORED), ...HARMLESS]);
const ALL = [...Object.keys(KEYS), ...FOREIGN];

function hasKeysBelow(key: string): boolean {
  return ALL.some((known) => known.startsWith(`${key}.`));
}

/** Whether anything that is known stands at the path, above it, or below it. What is no driver or method is a fault elsewhere. */
export function mayStand(path: readonly string[]): boolean {
  for (let length = 1; length <= path.length; length++) {
    const key = tableName(path.slice(0, length));
    const row = isKey(key) ? KEYS[key] : undefined;
    if (row !== undefined) return !isList(row) || mayStandInList(row, path.slice(length));
    if (FOREIGN.has(key) || key === 'loglevel') return true;
    if (length === 2 && (path[0] === 'storage' || path[0] === 'auth')) return true;
    if (!hasKeysBelow(key)) return false;
  }
  return true;
}

/** True for a mapping of the file, and not for other things that YAML knows. */
export function isSection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Sections in which a value at the wrong place may be a password. */
const SECRET = /^auth\b/;

function shownOf(key: string, value: unknown): string {
  const row = isKey(key) ? KEYS[key] : undefined;
  const isSecret = SECRET.test(key) || (row !== undefined && 'secret' in row);
  return isSecret ? formOf(value) : shownValue(value);
}
