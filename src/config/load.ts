/** The configuration of a start: file, then environment, then command line, checked as a whole. Nothing of it changes while the registry runs. */
import { readFile } from 'node:fs/promises';
import { parseListenPlace } from './address.js';
import { type Collected, collect, createCollected, mayStand, type Written } from './collect.js';
import { ConfigurationError } from './configuration-error.js';
import { type ConfigurationDocument, type Place, readDocument } from './document.js';
import { driverOfKey } from './drivers.js';
import { override } from './environment.js';
import { type Configuration, isKey, KEYS, type Key } from './keys.js';
import { checkRelations } from './relations.js';
import { isList, type Row } from './rows.js';
import { VALUES } from './values.js';

/** Where a configuration comes from. */
export interface Sources {
  /** A config.yml as registry:2 has it. */
  readonly file?: string | undefined;
  /** `--root`: the folder for data, whatever the file says of storage. */
  readonly root?: string | undefined;
  /** `--addr`: where to listen, as `http.addr`. */
  readonly addr?: string | undefined;
  /** Variables, of which those of registry:2 count. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** A configuration, and what somebody should know about it. */
export interface Loaded {
  readonly configuration: Configuration;
  /** Sentences about what has no effect. */
  readonly warnings: readonly string[];
}

/** What all sources together say, whether or not a registry could start with it. */
export interface Examined extends Loaded {
  /** Why it could not, as sentences. */
  readonly faults: readonly string[];
  /** Keys whose value is a fault: in the configuration they have their defaults. */
  readonly wrong: ReadonlySet<Key>;
  /** What was written. Keys that are not there have their defaults. */
  readonly written: ReadonlyMap<Key, Written>;
  /** Where that is: `<file>:<line>`, a variable, or a flag. */
  readonly place: Place;
  /** Which column of the table has the defaults. */
  readonly defaults: 'bare' | 'file';
}

/** Reads and checks all sources. A ConfigurationError that names every fault when there is any. */
export async function loadConfiguration(sources: Sources = {}): Promise<Loaded> {
  const { configuration, warnings, faults } = await examineConfiguration(sources);
  if (faults.length > 0) throw new ConfigurationError(faults);
  return { configuration, warnings };
}

/** Reads all sources as a start does. A ConfigurationError when the file cannot be read at all. */
export async function examineConfiguration({ file, root, addr, environment = {} }: Sources = {}): Promise<Examined> {
  const found = createCollected();
  const defaults = file === undefined ? 'bare' : 'file';
  const base = file === undefined ? NOTHING : await readFileOf(file, found);
  const document = override(base, environment, mayStand);
  found.faults.push(...document.faults);
  found.warnings.push(...document.warnings);
  collect(found, Object(document.value), document.place);
  if (addr !== undefined) useAddress(found, addr);
  checkRelations(found, document.place);
  if (root === undefined) refuseDriversToCome(found, document.place);
  else useFolder(found, root);
  return {
    configuration: withDefaults(found, defaults),
    warnings: found.warnings,
    faults: found.faults,
    wrong: found.wrong,
    written: found.written,
    place: (path) => (path[0]?.startsWith('--') ? path[0] : document.place(path)),
    defaults,
  };
}

/** What holds where nothing is configured: no file, no flags. */
export function defaultConfiguration(): Configuration {
  return withDefaults(createCollected(), 'bare');
}

const NOTHING: ConfigurationDocument = { value: {}, place: () => 'the configuration' };

/** The document of a file that holds a configuration of a version that is known. */
async function readFileOf(file: string, into: Collected): Promise<ConfigurationDocument> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigurationError([
      `${file} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`,
    ]);
  });
  const document = readDocument(file, text);
  if (typeof document.value !== 'object' || document.value === null || Array.isArray(document.value)) {
    throw new ConfigurationError([`${file} holds no configuration; expected sections such as version, storage and http`]);
  }
  if (!('version' in document.value) || document.value.version === null) {
    into.faults.push(`${file} has no version; expected ${VALUES.version.expected}`);
  }
  return document;
}

/** Drivers whose parameters are read and checked, and which are not there yet. */
function refuseDriversToCome({ drivers, faults }: Collected, place: Place): void {
  for (const name of drivers)
    if (name !== 'filesystem' && name !== 'inmemory')
      faults.push(
        `${place(['storage', name])}: storage.${name} cannot be used yet: data is kept in a folder (storage.filesystem) or in memory (storage.inmemory)`,
      );
}

/** `--root`, which wins over all that is said of storage drivers. */
function useFolder({ values, written, faults }: Collected, root: string): void {
  if (root === '') faults.push('--root is empty; expected the path of a folder');
  for (const key of [...values.keys()])
    if (driverOfKey(key) !== undefined) {
      values.delete(key);
      written.delete(key);
    }
  values.set('storage.filesystem.rootdirectory', root);
  written.set('storage.filesystem.rootdirectory', { value: root, path: ['--root'] });
}

/** `--addr`, which tells by its form whether it is a socket. */
function useAddress({ values, written, wrong, faults }: Collected, text: string): void {
  written.set('http.addr', { value: text, path: ['--addr'] });
  const place = parseListenPlace(text);
  if (place === undefined) {
    faults.push(`--addr is ${JSON.stringify(text)}; expected ${VALUES.address.expected}, or the path of a socket, with a slash`);
    wrong.add('http.addr');
    return;
  }
  const net = 'socket' in place ? 'unix' : 'tcp';
  values.set('http.addr', place).set('http.net', net);
  written.set('http.net', { value: net, path: ['--addr'] });
}

/** The one place where the values of the table meet their types: each has passed the schema of its row. */
function withDefaults(found: Collected, column: 'bare' | 'file'): Configuration {
  const entries = Object.keys(KEYS)
    .filter(isKey)
    .map((key) => [key, found.values.has(key) ? found.values.get(key) : defaultOf(key, column)] as const);
  return Object.fromEntries(entries) as Configuration;
}

function defaultOf(key: keyof typeof KEYS, column: 'bare' | 'file'): unknown {
  const row: Row = KEYS[key];
  if (isList(row)) return [];
  const written = row[column];
  return written === undefined ? undefined : VALUES[row.type].schema.parse(written);
}
