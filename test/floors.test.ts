/** The floors of the house: imports go down, and what belongs to one place stands there only. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findBadEdges, findCycles } from './house/floors.js';
import { findBrokenRules, findIndexFiles } from './house/rules.js';
import { readSources, withoutComments } from './house/sources.js';

const SOURCES = new Map([...readSources('src', ['.ts', '.cts'])].map(([file, text]) => [file.slice('src/'.length), text]));

describe('the house', () => {
  it('has sources', () => assert.ok(SOURCES.size > 100 && SOURCES.has('index.ts')));
  it('imports downwards only', () => assert.deepEqual(findBadEdges(SOURCES), []));
  it('has no rings of imports', () => assert.deepEqual(findCycles(SOURCES), []));
  it('keeps paths, words of the layout and statuses where they belong', () => assert.deepEqual(findBrokenRules(SOURCES), []));
  it('has one index.ts, the public one', () => assert.deepEqual(findIndexFiles(SOURCES), []));
});

const fake = (files: Readonly<Record<string, string>>) => new Map(Object.entries(files));

describe('the check of the floors', () => {
  it('names an import that goes up, with the reason', () => {
    assert.deepEqual(findBadEdges(fake({ 'driver/fs/x.ts': "import { pathFor } from '../../paths/path-for.js';\n" })), [
      'src/driver/fs/x.ts imports paths/path-for.ts, but may not, because a driver keeps bytes at paths and does not know what it stores',
    ]);
  });

  it('sees imports over several lines, exports from, bare and dynamic imports', () => {
    for (const statement of [
      "import {\n  a,\n  b,\n} from '../http/send.js';",
      "export { a } from '../http/send.js';",
      "export * from '../http/send.js';",
      "import '../http/send.js';",
      "const a = await import('../http/send.js');",
      "import { type A, b } from '../http/send.js';",
      "import * as a from '../http/send.js';",
    ]) {
      assert.equal(findBadEdges(fake({ 'registry/x.ts': statement })).length, 1, statement);
    }
  });

  it('tells types from values', () => {
    const types = [
      "import type { Registry } from '../registry/registry.js';",
      "import { type Registry } from '../registry/registry.js';",
    ];
    for (const statement of types) assert.deepEqual(findBadEdges(fake({ 'http/x.ts': statement })), [], statement);
    const value = "import { createRegistry } from '../registry/create-registry.js';";
    assert.equal(findBadEdges(fake({ 'http/x.ts': value })).length, 1);
  });

  it('lets the store have the contract of drivers, and no driver', () => {
    assert.deepEqual(findBadEdges(fake({ 'store/x.ts': "import { isNotFound } from '../driver/driver.js';" })), []);
    assert.equal(findBadEdges(fake({ 'store/x.ts': "import { createFs } from '../driver/fs/driver.js';" })).length, 1);
  });

  it('has floors within a folder, which lie above it', () => {
    const inner = "import { pathFor } from '../../paths/path-for.js';\nimport { runTask } from '../run.js';";
    assert.deepEqual(findBadEdges(fake({ 'maintenance/migrate-layout/x.ts': inner })), []);
    const outer = "import { pathFor } from '../paths/path-for.js';\nimport { sweep } from './migrate-layout/sweep.js';";
    assert.equal(findBadEdges(fake({ 'maintenance/x.ts': outer })).length, 2);
  });

  it('refuses packages and modules of Node that a floor has not been given', () => {
    assert.equal(findBadEdges(fake({ 'http/x.ts': "import { z } from 'zod';" })).length, 1);
    assert.equal(findBadEdges(fake({ 'manifest/x.ts': "import { readFile } from 'node:fs';" })).length, 1);
    assert.equal(findBadEdges(fake({ 'core/x.ts': "import { LRUCache } from 'lru-cache';" })).length, 1);
  });

  it('refuses a folder that is no floor', () => {
    assert.deepEqual(findBadEdges(fake({ 'helpers/x.ts': '' })), ['src/helpers/x.ts: helpers is no floor of the table']);
  });

  it('takes no comment for an import', () => {
    assert.deepEqual(
      findBadEdges(fake({ 'core/x.ts': "// import { a } from '../http/send.js';\n/*\nimport '../http/send.js';\n*/" })),
      [],
    );
  });

  it('finds rings, those of types too', () => {
    const ring = {
      'core/a.ts': "import { b } from './b.js';",
      'core/b.ts': "import { c } from './c.js';",
      'core/c.ts': "import { a } from './a.js';",
    };
    assert.deepEqual(findCycles(fake(ring)), ['core/a.ts -> core/b.ts -> core/c.ts -> core/a.ts']);
    assert.equal(findCycles(fake({ ...ring, 'core/c.ts': "import type { a } from './a.js';" })).length, 1);
    assert.deepEqual(findCycles(fake({ ...ring, 'core/c.ts': '' })), []);
  });
});

describe('the check of what stands where', () => {
  const variable = (name: string) => `$\{${name}}`;
  const refused: Readonly<Record<string, readonly [file: string, code: string]>> = {
    'a path by assertion': ['store/x.ts', 'const p = text as StoragePath;'],
    'a type of path above the store': ['registry/x.ts', "import type { StoragePath } from '../core/storage-path.js';"],
    'the root of the layout': ['http/x.ts', "const root = 'docker/registry/v2';"],
    'the root of the layout in a template': ['driver/fs/x.ts', 'const p = `/docker/registry/v2/x`;'],
    'a folder of the layout': ['store/x.ts', "if (name === '_layers') return;"],
    'a folder of the layout behind others': ['registry/x.ts', 'const p = "a/_manifests/b";'],
    'splitting at slashes': ['store/x.ts', "const parts = path.split('/');"],
    'joining with slashes': ['store/x.ts', "return [a, b].join('/');"],
    'a template with a slash': ['registry/x.ts', `return \`${variable('folder')}/x\`;`],
    'a sum with a slash': ['store/x.ts', "return folder + '/' + name;"],
    'the module of paths': ['store/x.ts', "import { join } from 'node:path';"],
    'a status': ['registry/x.ts', "throw new RegistryError('DENIED', { status: 403 });"],
  };
  for (const [what, [file, code]] of Object.entries(refused)) {
    it(`refuses ${what}`, () => assert.ok(findBrokenRules(fake({ [file]: code })).length > 0));
  }

  const taken: Readonly<Record<string, readonly [file: string, code: string]>> = {
    'a path by assertion in a driver': ['driver/entry-path.ts', 'const p = text as StoragePath;'],
    'words of the layout in its table': ['paths/layout.ts', "const path = 'docker/registry/v2/_layers';"],
    'words of the layout in a comment': ['store/x.ts', '/** Looks at `_layers`. */\n// _uploads'],
    'the word upload in an address': ['http/x.ts', `return \`/v2/${variable('name')}/blobs/uploads/\`;`],
    'a status of success': ['registry/x.ts', 'return { status: 201 };'],
    'a status in the table of errors': ['core/errors.ts', 'status: 404,'],
    'a comparison of a status': ['log/x.ts', 'if (record.status >= 500) return;'],
    'a number of the same size': ['registry/x.ts', 'const size = 404;'],
  };
  for (const [what, [file, code]] of Object.entries(taken)) {
    it(`takes ${what}`, () => assert.deepEqual(findBrokenRules(fake({ [file]: code })), []));
  }

  it('refuses a second index.ts', () => {
    assert.deepEqual(findIndexFiles(fake({ 'index.ts': '', 'store/index.ts': '', 'manifest/my-index.ts': '' })), [
      'src/store/index.ts',
    ]);
  });

  it('says where and why', () => {
    assert.deepEqual(findBrokenRules(fake({ 'registry/x.ts': '\n\nconst a = { status: 404 };' })), [
      'src/registry/x.ts:3: a status may not stand here: which status an error has is said by the table of errors and by the wire',
    ]);
  });
});

describe('comments', () => {
  it('are blanked, and nothing that only looks like one', () => {
    assert.equal(withoutComments("a('//'); // b"), "a('//');     ");
    assert.equal(withoutComments('a(`/* b */`); /* c\nd */ e'), 'a(`/* b */`);     \n     e');
    assert.equal(withoutComments("x.replace(/'\\/*/g, ''); // it's"), "x.replace(/'\\/*/g, '');        ");
    assert.equal(withoutComments('const a = b / c; // d'), 'const a = b / c;     ');
  });
});
