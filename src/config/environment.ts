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

/** A section of the tree. */
type Section = Readonly<Record<string, unknown>>;

/**
 * The document with what the variables say in place of what stood there. They are applied in the order of their names, so a
 * whole section comes before what is below it. Empty ones say nothing.
 */
export function override(
  document: ConfigurationDocument,
  environment: Readonly<Record<string, string | undefined>>,
): ConfigurationDocument {
  const origins = new Map<string, string>();
  let value = document.value;
  for (const [variable, text = ''] of Object.entries(environment).sort(byName)) {
    if (!variable.startsWith(PREFIX) || NOT_OURS.has(variable) || text === '') continue;
    // Split at every `_`: a key that has one cannot be reached.
    const path = variable.slice(PREFIX.length).toLowerCase().split('_');
    value = withValue(value, path, yamlValue(text), (at) => origins.set(at, variable));
  }
  return {
    value,
    place(path) {
      for (let length = path.length; length > 0; length--) {
        const variable = origins.get(path.slice(0, length).join('.'));
        if (variable !== undefined) return `${variable} in the environment`;
      }
      return document.place(path);
    },
  };
}

/** The section with a value at the path. `cameIn` hears of each key that was not there before, and of the last. */
function withValue(
  section: unknown,
  [wanted = '', ...below]: readonly string[],
  value: unknown,
  cameIn: (path: string) => void,
  above: readonly string[] = [],
): Section {
  const before = sectionOf(section);
  // Names of headers and fields are in the file as somebody likes them.
  const key = Object.keys(before).find((name) => name.toLowerCase() === wanted) ?? wanted;
  const path = [...above, key];
  if (below.length === 0 || !Object.hasOwn(before, key)) cameIn(path.join('.'));
  const inner = Object.hasOwn(before, key) ? before[key] : undefined;
  return { ...before, [key]: below.length === 0 ? value : withValue(inner, below, value, cameIn, path) };
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

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
