/** The configuration of a start: file, then environment, then command line, checked as a whole. Nothing of it changes while the registry runs. */
import { readFile } from 'node:fs/promises';
import { type Address, parseAddress } from './address.js';
import { type Collected, collect, createCollected } from './collect.js';
import { ConfigurationError } from './configuration-error.js';
import { type ConfigurationDocument, readDocument } from './document.js';
import { override } from './environment.js';
import { type Configuration, isKey, KEYS, REQUIRED } from './keys.js';
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

/** Reads and checks all sources. A ConfigurationError that names every fault when there is any. */
export async function loadConfiguration({ file, root, addr, environment = {} }: Sources = {}): Promise<Loaded> {
  const found = createCollected();
  const document = override(file === undefined ? NOTHING : await readFileOf(file, found), environment);
  collect(found, Object(document.value), document.place);
  refuseSeveralDrivers(found, document);
  refuseUnfinishedAuth(found, document);
  refuseUnfinishedTls(found, document);
  if (addr !== undefined) found.values.set('http.addr', addressFrom(addr, found));
  if (root !== undefined) {
    if (root === '') found.faults.push('--root is empty; expected the path of a folder');
    found.values.delete('storage.inmemory');
    found.values.set('storage.filesystem.rootdirectory', root);
  }
  if (found.faults.length > 0) throw new ConfigurationError(found.faults);
  return { configuration: withDefaults(found, file === undefined ? 'bare' : 'file'), warnings: ignoredKeys(found) };
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

function refuseSeveralDrivers({ drivers, faults }: Collected, { place }: ConfigurationDocument): void {
  const [, second] = drivers;
  if (second === undefined) return;
  faults.push(`${place(['storage', second])}: storage has ${[...drivers].join(' and ')}; expected one of them`);
}

/** A method of which half is said must not pass for none. */
function refuseUnfinishedAuth({ methods, values, wrong, faults }: Collected, { place }: ConfigurationDocument): void {
  const [, second] = methods;
  if (second !== undefined)
    faults.push(`${place(['auth', second])}: auth has ${[...methods].join(' and ')}; expected one of them`);
  for (const method of methods)
    for (const keys of REQUIRED[method] ?? []) {
      if (keys.some((key) => values.has(key) || wrong.has(key))) continue;
      faults.push(`${place(['auth', method])}: auth.${method} has no ${keys.map(lastOf).join(' or ')}`);
    }
}

/** Who asks for anything of TLS must not be answered in the clear. */
function refuseUnfinishedTls({ values, wrong, faults }: Collected, { place }: ConfigurationDocument): void {
  const given = Object.keys(KEYS).filter(
    (key) => isKey(key) && key.startsWith('http.tls.') && (values.has(key) || wrong.has(key)),
  );
  if (given.length === 0) return;
  for (const key of ['http.tls.certificate', 'http.tls.key'])
    if (!given.includes(key)) faults.push(`${place(['http', 'tls'])}: http.tls has no ${lastOf(key)}`);
  const mustVerify = String(values.get('http.tls.clientauth')).includes('verify');
  if (mustVerify && !given.includes('http.tls.clientcas'))
    faults.push(
      `${place(['http', 'tls', 'clientauth'])}: http.tls has no clientcas, by which certificates of clients could be verified`,
    );
}

function lastOf(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}

function addressFrom(text: string, into: Collected): Address | undefined {
  const address = parseAddress(text);
  if (address === undefined) into.faults.push(`--addr is ${JSON.stringify(text)}; expected ${VALUES.address.expected}`);
  return address;
}

/** The one place where the values of the table meet their types: each has passed the schema of its row. */
function withDefaults(found: Collected, column: 'bare' | 'file'): Configuration {
  const entries = Object.keys(KEYS)
    .filter(isKey)
    .map((key) => [key, found.values.has(key) ? found.values.get(key) : defaultOf(key, column)] as const);
  return Object.fromEntries(entries) as Configuration;
}

function defaultOf(key: keyof typeof KEYS, column: 'bare' | 'file'): unknown {
  const row = KEYS[key];
  const written = row[column];
  return written === undefined ? undefined : VALUES[row.type].schema.parse(written);
}

function ignoredKeys({ ignored }: Collected): readonly string[] {
  if (ignored.length === 0) return [];
  const keys = ignored.map(({ path, place }) => `${path} (${place})`).join(', ');
  return [`these keys of the configuration have no effect: ${keys}`];
}
