/**
 * Variables of the environment that override keys of the file, as registry:2 has them: `REGISTRY_HTTP_ADDR` is `http.addr`.
 * They are put into the file's tree before it is checked, so one rule holds for both, and a fault names the variable.
 */
import { parse } from 'yaml';
import type { ConfigurationDocument } from './document.js';

/** Read by `serve`, as by registry:2, where no file is named. */
export const CONFIGURATION_PATH = 'REGISTRY_CONFIGURATION_PATH';

const PREFIX = 'REGISTRY_';

/** Variables that begin alike and are meant for others: the second is where podman, skopeo and buildah look for passwords. */
const NOT_OURS: ReadonlySet<string> = new Set([CONFIGURATION_PATH, 'REGISTRY_AUTH_FILE']);

/** Go's names of fields, by which registry:2 finds them, where the file has others. `#` is any number. */
const FIELDS: Readonly<Record<string, string>> = {
  'compatibility.schema1.trustkey': 'signingkeyfile',
  'health.filecheckers': 'file',
  'health.httpcheckers': 'http',
  'health.tcpcheckers': 'tcp',
  'log.hooks.#.mailoptions': 'options',
  'notifications.eventconfig': 'events',
};

/** A section of the tree. */
type Section = Readonly<Record<string, unknown>>;

/** A document with what the environment says in place of what stood there. */
export interface OverriddenDocument extends ConfigurationDocument {
  /** Sentences about variables that have no effect. */
  readonly warnings: readonly string[];
  /** Sentences about variables whose names ask for what cannot be. */
  readonly faults: readonly string[];
}

/**
 * The document with what the variables say. They are applied in the order of their names, so a whole section comes before
 * what is below it. Empty ones say nothing; nor do those whose paths may not stand in a configuration.
 */
export function override(
  document: ConfigurationDocument,
  environment: Readonly<Record<string, string | undefined>>,
  mayStand: (path: readonly string[]) => boolean,
): OverriddenDocument {
  const origins = new Map<string, string>();
  const strangers: string[] = [];
  const faults: string[] = [];
  let value = document.value;
  for (const { variable, path, text } of variablesOf(environment)) {
    // Only a file has a version; images set one of their own.
    if (path[0] === 'version' || !mayStand(path)) {
      strangers.push(variable);
      continue;
    }
    const before = new Set(origins.keys());
    try {
      value = withValue(value, path, yamlValue(text), (at) => origins.set(at, variable));
    } catch (error) {
      if (!(error instanceof NoSuchItem)) throw error;
      for (const at of origins.keys()) if (!before.has(at)) origins.delete(at);
      faults.push(`${variable} in the environment: ${error.message}`);
    }
  }
  return {
    value,
    faults,
    warnings:
      strangers.length === 0
        ? []
        : [`variables of the environment that are not known, and have no effect: ${strangers.join(', ')}`],
    place(path) {
      for (let length = path.length; length > 0; length--) {
        const variable = origins.get(path.slice(0, length).join('.'));
        if (variable !== undefined) return `${variable} in the environment`;
      }
      return document.place(path);
    },
  };
}

interface Variable {
  readonly variable: string;
  readonly path: readonly string[];
  readonly text: string;
}

/** Those that are ours and say something, in their order. */
function variablesOf(environment: Readonly<Record<string, string | undefined>>): readonly Variable[] {
  const variables: Variable[] = [];
  for (const [variable, text = ''] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX) || NOT_OURS.has(variable) || text === '') continue;
    // Split at every `_`: a key that has one cannot be reached.
    variables.push({ variable, path: inFile(variable.slice(PREFIX.length).toLowerCase().split('_')), text });
  }
  return variables.sort((a, b) => compare(a.variable.split('_'), b.variable.split('_')));
}

/** The path with the names that a file has. */
function inFile(path: readonly string[]): readonly string[] {
  const named: string[] = [];
  for (const part of path) {
    const field = [...named, part].map((one) => (isIndex(one) ? '#' : one)).join('.');
    named.push((Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined) ?? part);
  }
  return named;
}

/** A number that no item of a list has, nor the one that would come next. */
class NoSuchItem extends Error {}

/** The tree with a value at the path. `cameIn` hears of each key that was not there before, and of the last. */
function withValue(
  node: unknown,
  path: readonly string[],
  value: unknown,
  cameIn: (path: string) => void,
  above: readonly string[] = [],
): unknown {
  const [wanted = '', ...below] = path;
  if (Array.isArray(node) || ((node === undefined || node === null) && isIndex(wanted) && above.length > 0))
    return withItem(Array.isArray(node) ? node : [], path, value, cameIn, above);
  const before = sectionOf(node);
  // Names of headers and fields are in the file as somebody likes them.
  const key = Object.keys(before).find((name) => name.toLowerCase() === wanted) ?? wanted;
  const at = [...above, key];
  if (below.length === 0 || !Object.hasOwn(before, key)) cameIn(at.join('.'));
  const inner = Object.hasOwn(before, key) ? before[key] : undefined;
  return { ...before, [key]: below.length === 0 ? value : withValue(inner, below, value, cameIn, at) };
}

/** The same for a list: a number is that of an item, or of one more. */
function withItem(
  list: readonly unknown[],
  [wanted = '', ...below]: readonly string[],
  value: unknown,
  cameIn: (path: string) => void,
  above: readonly string[],
): readonly unknown[] {
  const index = isIndex(wanted) ? Number(wanted) : Number.POSITIVE_INFINITY;
  if (index > list.length)
    throw new NoSuchItem(`${above.join('.')} has no item ${wanted}; expected a number from 0 to ${list.length}`);
  const at = [...above, wanted];
  if (below.length === 0 || index === list.length) cameIn(at.join('.'));
  const item = below.length === 0 ? value : withValue(list[index], below, value, cameIn, at);
  return list.toSpliced(index, 1, item);
}

function isIndex(part: string): boolean {
  return /^(?:0|[1-9]\d{0,5})$/.test(part);
}

/** What keys may be put into. `storage: inmemory` is a section with one empty key. */
function sectionOf(value: unknown): Section {
  if (typeof value === 'string') return { [value]: null };
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** Values are YAML, as registry:2 has it; what is not is a text, such as `[::1]:5000`. */
function yamlValue(text: string): unknown {
  try {
    return parse(text, { logLevel: 'error' });
  } catch {
    return text;
  }
}

/** Part by part; the tenth item of a list comes after the second. */
function compare(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    if (isIndex(part) && isIndex(other)) return Number(part) - Number(other);
    return part < other ? -1 : 1;
  }
  return a.length - b.length;
}
