/** The floors of the house: what each folder of `src` may import. Imports go down only. */

/** One folder. */
export interface Floor {
  /** Folders, or single files, of `src` that it may import. */
  readonly values: readonly string[];
  /** Those of which it may import types only. */
  readonly types?: readonly string[];
  /** Modules of Node; `*` is any. */
  readonly node: readonly string[];
  readonly packages?: readonly string[];
  /** Completes "may not, because". */
  readonly why: string;
}

/** The table. A folder or a file of `src` that is not in it may not exist. A folder in a folder may be a floor of its own. */
export const FLOORS: Readonly<Record<string, Floor>> = {
  core: {
    values: [],
    node: ['node:crypto', 'node:stream', 'node:timers/promises'],
    why: 'its values are the words of all other floors and rest on none of them',
  },
  manifest: {
    values: ['core'],
    // Signatures of schema 1 are verified and made: computing, no input or output.
    node: ['node:crypto'],
    why: 'parsing is pure, so that it can be fuzzed',
  },
  tarsum: {
    values: ['core'],
    node: ['node:crypto', 'node:zlib'],
    why: 'a sum of bytes that are pushed in needs nothing but the bytes, so that it can be fuzzed',
  },
  'pattern.ts': {
    values: [],
    node: [],
    packages: ['re2js'],
    why: 'expressions are matched by computing alone',
  },
  driver: { values: ['core'], node: ['*'], why: 'a driver keeps bytes at paths and does not know what it stores' },
  paths: { values: ['core'], node: ['node:crypto'], why: 'computing a path touches nothing' },
  store: {
    values: ['core', 'tarsum', 'paths', 'driver/driver.ts'],
    types: ['manifest'],
    node: ['node:crypto', 'node:stream'],
    packages: ['lru-cache'],
    why: 'the store works on any driver, and knows nothing of requests or configuration',
  },
  registry: {
    values: ['core', 'manifest', 'tarsum', 'store'],
    node: ['node:crypto'],
    packages: ['lru-cache'],
    why: 'above the store there are no paths, and below HTTP no requests',
  },
  maintenance: {
    values: ['core'],
    types: ['registry'],
    node: [],
    why: 'a task works on the inventory that it is given, and knows nothing of paths, requests, configuration or output',
  },
  'maintenance/migrate-layout': {
    values: ['core', 'manifest', 'tarsum', 'paths', 'driver/driver.ts', 'maintenance'],
    types: ['store'],
    node: [],
    why: 'a migration works on paths and on stores that it is given, and knows nothing of requests, configuration or output',
  },
  'maintenance/going-back': {
    values: ['core', 'manifest', 'paths', 'driver/driver.ts'],
    types: ['store'],
    node: [],
    why: 'it looks at paths and stores that it is given, and changes nothing',
  },
  auth: {
    values: ['core'],
    node: ['node:crypto', 'node:fs/promises', 'node:os'],
    packages: ['@node-rs/bcrypt', 'jose'],
    why: 'it tells who asks and what they may do, and nothing else',
  },
  notify: {
    values: ['core'],
    types: ['registry'],
    node: ['node:crypto', 'node:http', 'node:https'],
    why: 'it tells others what happened, and where events wait is a queue that it is given',
  },
  http: {
    values: ['core', 'auth/auth.ts'],
    types: ['registry', 'manifest'],
    node: ['*'],
    packages: ['lru-cache'],
    why: 'the wire reaches data through the registry alone, and gets all else as values',
  },
  log: {
    values: ['core/visible.ts'],
    node: [],
    packages: ['pino'],
    why: 'it takes records as they are, whoever makes them, and sees that no terminal obeys them',
  },
  metrics: { values: [], node: [], packages: ['prom-client'], why: 'it takes figures as they are, whoever makes them' },
  health: {
    values: ['core'],
    node: ['node:fs/promises', 'node:net'],
    why: 'it looks at what it is given to look at, and others say what follows from it',
  },
  config: {
    values: ['core', 'pattern.ts'],
    node: ['node:fs/promises', 'node:http'],
    packages: ['yaml', 'zod'],
    why: 'it yields plain values; what they make is the business of compose',
  },
  'this-process.ts': {
    values: [],
    node: ['node:fs', 'node:os'],
    why: 'it asks the machine, and knows nothing of what the answer is for',
  },
  'manifest-rules.ts': {
    values: ['config', 'pattern.ts', 'registry'],
    node: [],
    why: 'it makes rules of keys, and does not apply them',
  },
  'open-store.ts': {
    values: ['core', 'manifest', 'config', 'driver', 'paths', 'store', 'registry', 'manifest-rules.ts', 'this-process.ts'],
    types: ['log', 'metrics'],
    node: ['node:fs', 'node:fs/promises', 'node:path'],
    why: 'a store is opened for servers and commands alike, whatever they do with it',
  },
  compose: {
    values: [
      'core',
      'config',
      'maintenance',
      'maintenance/migrate-layout',
      'auth',
      'health',
      'manifest',
      'notify',
      'http',
      'log',
      'metrics',
      'open-store.ts',
    ],
    types: ['registry', 'store'],
    node: ['node:crypto', 'node:fs/promises', 'node:os', 'node:path', 'node:util'],
    why: 'only the command and the public entry stand above it',
  },
  cli: {
    values: ['core', 'config', 'open-store.ts', 'compose', 'maintenance', 'maintenance/going-back', 'maintenance/migrate-layout'],
    types: ['registry'],
    node: ['*'],
    packages: ['commander'],
    why: 'a command reads the configuration, and starts or runs what compose makes of it',
  },
  'index.ts': {
    values: ['core', 'config', 'log', 'open-store.ts', 'compose'],
    types: ['registry'],
    node: [],
    why: 'it hands out what other floors have, and is nothing of its own',
  },
};
