/** Servers that are processes of their own, on one folder: signatures of many parties, and the key of the store. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { digestOf } from '../../src/core/digest.js';
import { keyIdOf } from '../../src/core/key-id.js';
import { mergeSignatures, parseSigned } from '../../src/manifest/schema1.js';
import { documentBy, payloadOf } from '../manifest/signed-by.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type Running, run, start } from './command.js';

const SIGNED = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
const payload = payloadOf();
const digest = digestOf(payload);

/** A server and what is asked of it. */
interface Server {
  readonly process: Running;
  /** True when the push was acknowledged; false when the server was gone before. */
  push(document: Buffer): Promise<boolean>;
  get(reference: string): Promise<Buffer>;
}

async function serve(test: TestContext, ...args: readonly string[]): Promise<Server> {
  const process = start(['serve', ...args]);
  test.after(async () => {
    process.signal('SIGTERM');
    await process.ended;
  });
  const [, url = ''] = await process.seen(/listening on (http:\/\/[\w.:]+)/);
  const target = (reference: string): string => `${url}/v2/a/b/manifests/${reference}`;
  return {
    process,
    async push(document) {
      const headers = { 'content-type': SIGNED };
      const answer = await fetch(target('t'), { method: 'PUT', body: new Uint8Array(document), headers }).catch(() => undefined);
      if (answer === undefined) return false;
      assert.equal(answer.status, 201, await answer.text());
      return true;
    },
    async get(reference) {
      const answer = await fetch(target(reference));
      assert.equal(answer.status, 200);
      return Buffer.from(await answer.arrayBuffer());
    },
  };
}

async function folder(test: TestContext): Promise<string> {
  const { path, remove } = await temporaryFolder();
  test.after(remove);
  return path;
}

const on = (root: string) => ['--root', root, '--addr', '127.0.0.1:0'];

/** Documents of so many parties, each with a key of its own, of all kinds. */
function parties(count: number): readonly Buffer[] {
  return Array.from({ length: count }, (_party, at) => {
    if (at % 5 === 4) return documentBy(payload, { pair: generateKeyPairSync('rsa', { modulusLength: 2048 }), alg: 'RS384' });
    const [namedCurve, alg] = at % 2 === 0 ? ['P-256', 'ES256'] : ['P-384', 'ES384'];
    return documentBy(payload, { pair: generateKeyPairSync('ec', { namedCurve }), alg });
  });
}

async function signaturesIn(document: Buffer): Promise<readonly string[]> {
  return (await parseSigned(document)).blocks.map(({ signature }) => signature);
}

/** Payload, revision and tag, as docker/distribution 2.5 and later leave them. */
async function writeUnsigned(root: string): Promise<void> {
  const hex = digest.slice('sha256:'.length);
  const files = {
    [`blobs/sha256/${hex.slice(0, 2)}/${hex}/data`]: payload,
    [`repositories/a/b/_manifests/revisions/sha256/${hex}/link`]: digest,
    [`repositories/a/b/_manifests/tags/t/current/link`]: digest,
    [`repositories/a/b/_manifests/tags/t/index/sha256/${hex}/link`]: digest,
  };
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, 'docker/registry/v2', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

describe('signatures through two processes', () => {
  it('of ten parties that post at once are all there, in one order, from both', async (test) => {
    const root = await folder(test);
    const servers = await Promise.all([serve(test, ...on(root)), serve(test, ...on(root))]);
    const documents = parties(10);
    const answers = await Promise.all(documents.map((document, at) => servers[at % 2]?.push(document)));
    assert.deepEqual(new Set(answers), new Set([true]));
    const signed = await Promise.all(documents.map((document) => parseSigned(document)));
    const wanted = mergeSignatures(
      payload,
      signed.flatMap(({ blocks }) => blocks),
    ).toString();
    for (const server of servers) {
      for (const reference of ['t', digest]) assert.equal((await server.get(reference)).toString(), wanted);
    }
    const { code, out } = await run(['signatures', 'a/b:t', '--root', root]);
    assert.equal(code, 0);
    assert.match(out, /\n10 signatures, all verify\n/);
  });

  it('are there when they were acknowledged, though one of the two is killed in the middle', async (test) => {
    const root = await folder(test);
    const [killed, other] = await Promise.all([serve(test, ...on(root)), serve(test, ...on(root))]);
    const documents = parties(20);
    const acknowledged: Buffer[] = [];
    await Promise.all(
      documents.map(async (document, at) => {
        if (!(await (at % 2 === 0 ? killed : other).push(document))) return;
        acknowledged.push(document);
        if (at % 2 === 0) killed.process.signal('SIGKILL');
      }),
    );
    assert.equal((await killed.process.ended).code, null);
    assert.ok(acknowledged.length > 10, `${acknowledged.length} acknowledged`);
    const again = await serve(test, ...on(root));
    const served = await other.get('t');
    assert.deepEqual(await again.get(digest), served);
    const found = new Set(await signaturesIn(served));
    const posted = new Set((await Promise.all(documents.map(signaturesIn))).flat());
    for (const document of acknowledged) for (const each of await signaturesIn(document)) assert.ok(found.has(each));
    for (const each of found) assert.ok(posted.has(each));
    assert.equal((await run(['signatures', 'a/b:t', '--root', root])).code, 0);
  });
});

describe('a manifest that nobody has signed', () => {
  it('is signed with one key by two processes that both find none', async (test) => {
    const root = await folder(test);
    await writeUnsigned(root);
    const servers = await Promise.all([serve(test, ...on(root)), serve(test, ...on(root))]);
    assert.match((await run(['signatures', 'a/b:t', '--root', root])).out, /by a local key, which is made when it is first/);
    assert.ok(!(await readdir(join(root, 'docker/registry/v2'))).includes('_keys'));
    const served = await Promise.all(['t', digest, 't', digest].map((reference, at) => servers[at % 2]?.get(reference)));
    const keys = new Set<string>();
    for (const document of served) {
      const { blocks, payload: found } = await parseSigned(document ?? Buffer.alloc(0));
      assert.deepEqual(found, payload);
      assert.equal(blocks.length, 1);
      keys.add(blocks[0]?.keyId ?? '');
    }
    const [keyId = ''] = keys;
    assert.equal(keys.size, 1);
    const { code, out } = await run(['signatures', 'a/b:t', '--root', root]);
    assert.equal(code, 0);
    assert.ok(out.endsWith(`No signature is stored.\nIt is served with one by the local key ${keyId}.\n`), out);
  });

  it('is signed with the key that is configured, and the store gets none', async (test) => {
    const root = await folder(test);
    await writeUnsigned(root);
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    await writeFile(join(root, 'key.pem'), privateKey.export({ type: 'sec1', format: 'pem' }));
    const config = join(root, 'config.yml');
    const storage = `storage:\n  filesystem:\n    rootdirectory: ${root}\n`;
    const compatibility = `compatibility:\n  schema1:\n    signingkeyfile: ${join(root, 'key.pem')}\n`;
    await writeFile(config, `version: 0.1\n${storage}${compatibility}http:\n  addr: 127.0.0.1:0\n`);
    const server = await serve(test, config);
    const { blocks } = await parseSigned(await server.get('t'));
    assert.deepEqual(
      blocks.map(({ keyId, alg }) => [keyId, alg]),
      [[keyIdOf(publicKey), 'ES384']],
    );
    assert.ok(!(await readdir(join(root, 'docker/registry/v2'))).includes('_keys'));
    const { out } = await run(['signatures', 'a/b:t', config]);
    assert.ok(out.includes(`by the local key ${keyIdOf(publicKey)}.`), out);
  });
});
