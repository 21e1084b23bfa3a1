/** Who may do what: every request of the API passes the gate before anything else of it is done. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { digestOf } from '../../src/core/digest.js';
import { parseRepositoryName, parseTag } from '../../src/core/reference.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import type { Actor, Registry } from '../../src/registry/registry.js';
import { openStores } from '../../src/store/stores.js';
import { createNamedAuth } from '../support/named-auth.js';
import { codesOf, startServer, type TestServerOptions } from './support.js';

const BLOB = Buffer.from('0123456789');
const DIGEST = digestOf(BLOB);
const TYPE = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: TYPE, manifests: [] }));
const ALL = ['pull', 'push', 'delete'];

/** `Authorization` of somebody with these actions in these repositories. */
const as = (name: string, actions: readonly string[], ...repositories: string[]) => ({
  headers: {
    authorization: ['Test', name, ...repositories.flatMap((one) => actions.map((action) => `repository:${one}:${action}`))].join(
      ' ',
    ),
  },
});
const root = (...repositories: string[]) => as('root', ALL, ...repositories);

/** A server over a registry that counts how often it is used. */
async function start(test: TestContext, options: TestServerOptions = {}) {
  const inner = createRegistry(openStores(createMemoryDriver()));
  const actors: (Actor | undefined)[] = [];
  let lists = 0;
  const registry: Registry = {
    ...inner,
    repository(name, actor) {
      actors.push(actor);
      return inner.repository(name, actor);
    },
    repositories(list) {
      lists++;
      return inner.repositories(list);
    },
  };
  const server = await startServer(test, { auth: createNamedAuth(), registry, ...options });
  return { ...server, actors, uses: () => actors.length + lists };
}

/** Each thing that can be asked for, and the scope that a challenge names. */
const REQUESTS = [
  ['GET', '/v2/', ''],
  ['HEAD', '/v2/', ''],
  ['GET', '/v2', undefined],
  ['GET', '/', undefined],
  ['GET', '/healthz', undefined],
  ['GET', '/readyz', undefined],
  ['OPTIONS', '/v2/', undefined],
  ['OPTIONS', `/v2/a/blobs/${DIGEST}`, undefined],
  ['GET', '/metrics', ''],
  ['GET', '/v2/_catalog', ' registry:catalog:*'],
  ['GET', '/v2/_catalog?n=no', ''],
  ['GET', '/v2/nothing/of/ours', ''],
  ['GET', '/v2/A/tags/list', ''],
  ['GET', '/v2/a/manifests/sha256:short', ''],
  ['GET', '//v2//a//tags//list', ' repository:a:pull'],
  ['GET', '/v2/a/b/tags/list', ' repository:a/b:pull'],
  ['GET', `/v2/a/referrers/${DIGEST}`, ' repository:a:pull'],
  ['GET', '/v2/a/manifests/v1', ' repository:a:pull'],
  ['HEAD', '/v2/a/manifests/v1', ' repository:a:pull'],
  ['PUT', '/v2/a/manifests/v1', ' repository:a:pull repository:a:push'],
  ['DELETE', '/v2/a/manifests/v1', ' repository:a:delete'],
  ['GET', `/v2/a/blobs/${DIGEST}`, ' repository:a:pull'],
  ['HEAD', `/v2/a/blobs/${DIGEST}`, ' repository:a:pull'],
  ['DELETE', `/v2/a/blobs/${DIGEST}`, ' repository:a:delete'],
  ['POST', '/v2/a/blobs/uploads/', ' repository:a:pull repository:a:push'],
  ['POST', `/v2/a/blobs/uploads/?mount=${DIGEST}`, ' repository:a:pull repository:a:push'],
  ['POST', `/v2/a/blobs/uploads/?mount=${DIGEST}&from=b`, ' repository:a:pull repository:a:push repository:b:pull'],
  ['POST', `/v2/a/blobs/uploads/?mount=${DIGEST}&from=a`, ' repository:a:pull repository:a:push'],
  ['POST', `/v2/a/blobs/uploads/?mount=${DIGEST}&from=B"`, ' repository:a:pull repository:a:push'],
  ['GET', '/v2/a/blobs/uploads/id', ' repository:a:pull'],
  ['PATCH', '/v2/a/blobs/uploads/id', ' repository:a:pull repository:a:push'],
  ['PUT', `/v2/a/blobs/uploads/id?digest=${DIGEST}`, ' repository:a:pull repository:a:push'],
  ['DELETE', '/v2/a/blobs/uploads/id', ' repository:a:delete'],
  ['PUT', '/v2/a/tags/list', ' repository:a:pull repository:a:push'],
  ['MKCOL', '/v2/a/tags/list', ' repository:a:pull repository:a:push'],
] as const;

describe('the gate', () => {
  for (const [method, target, scope] of REQUESTS) {
    it(`${scope === undefined ? 'lets everybody' : 'lets no stranger'} ${method} ${target}`, async (test) => {
      const { send, base, uses } = await start(test);
      for (const [why, authorization] of [
        ['missing', {}],
        ['missing', { authorization: 'Basic YTpi' }],
        ['invalid', { authorization: 'Test mallory repository:a:pull' }],
      ] as const) {
        const answer = await send(method, target, { headers: authorization });
        if (scope === undefined) {
          assert.ok([200, 204, 301].includes(answer.status), String(answer.status));
          assert.equal(answer.headers['www-authenticate'], undefined);
          continue;
        }
        assert.equal(answer.status, 401);
        assert.equal(answer.headers['www-authenticate'], `Test ${why} ${new URL(base).host}${scope}`);
        if (target !== '/metrics') assert.equal(answer.headers['docker-distribution-api-version'], 'registry/2.0');
        if (method !== 'HEAD') assert.deepEqual(codesOf(answer), ['UNAUTHORIZED']);
      }
      assert.equal(uses(), 0);
    });

    if (scope) {
      it(`lets nobody with other rights ${method} ${target}`, async (test) => {
        const { send, uses, base } = await start(test);
        const rights = scope.trim().split(' ');
        const own = `repository:a:${method === 'DELETE' ? 'push' : 'delete'}`;
        for (const missing of rights.filter((right) => right !== 'repository:b:pull')) {
          const others = [...rights, own, 'repository:ab:pull', 'repository:c:push'].filter((right) => right !== missing);
          const answer = await send(method, target, { headers: { authorization: `Test ann ${others.join(' ')}` } });
          if (method === 'DELETE' && target.includes('/uploads/')) continue;
          assert.equal(answer.status, 401, missing);
          assert.equal(answer.headers['www-authenticate'], `Test insufficient ${new URL(base).host}${scope}`);
        }
        assert.ok(uses() <= (target.includes('/uploads/') && method === 'DELETE' ? 1 : 0));
      });
    }
  }

  it('tells in the error what was wanted, as registry:2 does', async (test) => {
    const { send } = await start(test);
    const { body } = await send('GET', '/v2/a/tags/list');
    assert.deepEqual(JSON.parse(body.toString()), {
      errors: [
        {
          code: 'UNAUTHORIZED',
          message: 'authentication required',
          detail: [{ Type: 'repository', Class: '', Name: 'a', Action: 'pull' }],
        },
      ],
    });
  });

  it('answers 403 to somebody who is known where no challenge would help', async (test) => {
    const { send } = await start(test, { auth: createNamedAuth({ isFinal: true }) });
    const answer = await send('DELETE', '/v2/a/manifests/v1', as('ann', ['pull'], 'a'));
    assert.equal(answer.status, 403);
    assert.equal(answer.headers['www-authenticate'], undefined);
    assert.deepEqual(codesOf(answer), ['DENIED']);
    assert.equal((await send('DELETE', '/v2/a/manifests/v1')).status, 401);
  });

  it('is passed before a method that is not there is refused, and before the log of what is wrong with a name', async (test) => {
    const { send } = await start(test);
    assert.equal((await send('PUT', '/v2/a/tags/list', root('a'))).status, 405);
    assert.equal((await send('GET', '/v2/A/tags/list', root('a'))).status, 404);
    assert.equal((await send('GET', '/metrics', root())).status, 404);
  });

  it('answers before the body comes, also to who waits for leave to send it', async (test) => {
    const { open, uses } = await start(test);
    const head = `PATCH /v2/a/blobs/uploads/id HTTP/1.1\nHost: h\nContent-Length: 1000000000\n`;
    const asking = await open()
      .write(`${head}Expect: 100-continue\n\n`)
      .until(/\r\n\r\n[\s\S]*\}/);
    assert.match(asking, /^HTTP\/1\.1 401 /);
    const sending = await open()
      .write(`${head}\n0123456789`)
      .until(/\r\n\r\n[\s\S]*\}/);
    assert.match(sending, /^HTTP\/1\.1 401 /);
    assert.equal(uses(), 0);
  });

  it('takes the first of two headers, and no list', async (test) => {
    const { open } = await start(test);
    const send = (headers: string) =>
      open()
        .write(`GET /v2/ HTTP/1.1\nHost: h\n${headers}\n`)
        .until(/\r\n\r\n/);
    assert.match(await send('Authorization: Test ann\nAuthorization: x\n'), /^HTTP\/1\.1 200 /);
    assert.match(await send('Authorization: x\nAuthorization: Test ann\n'), /^HTTP\/1\.1 401 /);
    assert.match(await send('Authorization: x, Test ann\n'), /^HTTP\/1\.1 401 /);
  });

  it('is passed anew by each request of a connection', async (test) => {
    const { open, base } = await start(test);
    const host = new URL(base).host;
    const one = (authorization: string) => `GET /v2/ HTTP/1.1\nHost: ${host}\n${authorization}\n`;
    const text = await open()
      .write(one('Authorization: Test ann\n') + one('') + one('Authorization: Test bob\n'))
      .until(/(?:HTTP[\s\S]*){3}\}$/);
    assert.deepEqual(text.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 401', 'HTTP/1.1 200']);
  });

  it('names who asks in the log, in history and in the trash', async (test) => {
    const { send, registry, record, actors } = await start(test);
    const push = { body: MANIFEST, headers: { ...root('a').headers, 'content-type': TYPE } };
    assert.equal((await send('PUT', '/v2/a/manifests/v1', push)).status, 201);
    assert.equal((await send('DELETE', '/v2/a/manifests/v1', as('ann', ALL, 'a'))).status, 202);
    const repository = registry.repository(parseRepositoryName('a'));
    const history = await repository.tags.history(parseTag('v1'));
    assert.deepEqual(history.map(({ action, actor }) => [action, actor]).sort(), [
      ['removed', 'ann'],
      ['set', 'root'],
    ]);
    assert.equal((await repository.trash.list())[0]?.actor, 'ann');
    assert.equal((await record(({ method }) => method === 'DELETE')).user, 'ann');
    assert.equal((await send('GET', '/v2/a/tags/list', as('-', ['pull'], 'a'))).status, 200);
    assert.equal(actors.at(-1), undefined);
    const nameless = await record(({ kind }) => kind === 'tags');
    assert.deepEqual([nameless.user, nameless.refusal], [undefined, undefined]);
    await send('GET', '/v2/a/manifests/x', as('eve', ['push'], 'a'));
    const refused = await record(({ status }) => status === 401);
    assert.deepEqual([refused.user, refused.refusal, refused.errorCode], ['eve', 'the rights are not enough', 'UNAUTHORIZED']);
  });

  it('lets everybody do everything where there is no method of authentication', async (test) => {
    const { send } = await start(test, { auth: undefined });
    const push = { body: MANIFEST, headers: { 'content-type': TYPE } };
    assert.equal((await send('PUT', '/v2/a/manifests/v1', push)).status, 201);
    assert.equal((await send('GET', '/v2/_catalog')).status, 200);
    assert.equal((await send('DELETE', '/v2/a/manifests/v1')).status, 202);
  });
});

describe('behind the gate,', () => {
  const push = (actions: readonly string[], ...repositories: string[]) => as('ann', actions, ...repositories);

  async function withBlob(test: TestContext) {
    const server = await start(test);
    const uploaded = await server.send('POST', `/v2/source/blobs/uploads/?digest=${DIGEST}`, { ...root('source'), body: BLOB });
    assert.equal(uploaded.status, 201);
    const mount = async (from: string, headers: ReturnType<typeof as>) =>
      (await server.send('POST', `/v2/a/blobs/uploads/?mount=${DIGEST}${from}`, headers)).status;
    return { ...server, mount };
  }

  it('a blob is mounted from where one may pull; from elsewhere an upload is begun', async (test) => {
    const { mount } = await withBlob(test);
    assert.equal(await mount('&from=source', push(['pull', 'push'], 'a')), 202);
    assert.equal(await mount('&from=source', { headers: { authorization: 'Test ann repository:source:pull' } }), 401);
    const both = 'Test ann repository:a:pull repository:a:push repository:source:pull';
    assert.equal(await mount('&from=source', { headers: { authorization: both } }), 201);
  });

  it('a blob is found only in repositories that one may pull from', async (test) => {
    const { mount } = await withBlob(test);
    assert.equal(await mount('', push(['pull', 'push'], 'a')), 202);
    assert.equal(
      await mount('', { headers: { authorization: 'Test ann repository:a:pull repository:a:push repository:source:push' } }),
      202,
    );
    assert.equal(await mount('', push(['pull', 'push'], 'a', 'source')), 201);
  });

  it('an upload is given up by who may push, or delete, and by nobody else', async (test) => {
    const { send } = await start(test);
    const begin = async () => String((await send('POST', '/v2/a/blobs/uploads/', root('a'))).headers.location);
    assert.equal((await send('DELETE', await begin(), push(['pull', 'push'], 'a'))).status, 204);
    assert.equal((await send('DELETE', await begin(), push(['delete'], 'a'))).status, 204);
    for (const actions of [['pull'], ['push'], []]) {
      assert.equal((await send('DELETE', await begin(), push(actions, 'a'))).status, 401);
    }
  });

  it("a HEAD keeps a blob's link young only when it comes from who may push", async (test) => {
    const asked: (boolean | undefined)[] = [];
    const inner = createRegistry(openStores(createMemoryDriver()));
    const registry: Registry = {
      ...inner,
      repository(name, actor) {
        const repository = inner.repository(name, actor);
        const stat: typeof repository.blobs.stat = (digest, options) => {
          asked.push(options?.refresh);
          return repository.blobs.stat(digest, options);
        };
        return { ...repository, blobs: { ...repository.blobs, stat } };
      },
    };
    const { send } = await startServer(test, { auth: createNamedAuth(), registry });
    await send('POST', `/v2/a/blobs/uploads/?digest=${DIGEST}`, { ...root('a'), body: BLOB });
    for (const actions of [['pull'], ['pull', 'push']])
      assert.equal((await send('HEAD', `/v2/a/blobs/${DIGEST}`, push(actions, 'a'))).status, 200);
    assert.deepEqual(asked, [false, true]);
  });

  for (const recalls of [false, true]) {
    it(`a prepared answer is given to who may pull alone; people are ${recalls ? '' : 'not '}recalled`, async (test) => {
      const auth = createNamedAuth({ recalls });
      const { send, records } = await start(test, { auth });
      await send('PUT', '/v2/a/manifests/v1', { body: MANIFEST, headers: { ...root('a').headers, 'content-type': TYPE } });
      const get = async (headers = {}) => (await send('GET', '/v2/a/manifests/v1', { headers })).status;
      const ann = push(['pull'], 'a').headers;
      assert.deepEqual([await get(ann), await get(ann), await get(ann)], [200, 200, 200]);
      const asked = auth.asked();
      assert.equal(asked, recalls ? 2 : 4);
      assert.equal(await get(), 401);
      assert.equal(await get({ authorization: 'Test mallory' }), 401);
      assert.equal(await get(push(['push', 'delete'], 'a').headers), 401);
      assert.equal(await get(push(['pull'], 'b').headers), 401);
      assert.equal(await get(as('-', ['pull'], 'a').headers), 200);
      const given = records.filter(({ kind, status }) => kind === 'manifest' && status === 200);
      assert.deepEqual(
        given.map(({ user }) => user),
        ['ann', 'ann', 'ann', undefined],
      );
    });
  }
});

describe('the log', () => {
  it('has no name and password of a target in its absolute form', async (test) => {
    const { open, records } = await start(test);
    const user = 'ann:open-sesame';
    for (const target of [`http://${user}@h/v2/`, 'http://open-sesame@h/v2/a/tags/list?last=@', `x://${user}@b@h/`]) {
      await open().write(`GET ${target} HTTP/1.1\nHost: h\nConnection: close\n\n`).closed();
    }
    assert.deepEqual(
      records.map(({ url }) => url),
      ['http://h/v2/', 'http://h/v2/a/tags/list?last=@', 'x://h/'],
    );
  });
});
