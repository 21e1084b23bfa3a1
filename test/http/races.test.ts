/** Clients that want the same at the same time: who wins, and that what is there afterwards is whole. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf } from '../../src/core/digest.js';
import type { HttpAnswer, HttpParts } from '../support/http-client.js';
import { startServer, type TestServer } from './support.js';

const HELLO = digestOf(Buffer.from('hello'));
const TYPE = 'application/vnd.oci.image.index.v1+json';
const MANIFESTS = Array.from({ length: 8 }, (_, name) =>
  Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: TYPE, manifests: [], annotations: { name: `${name}` } })),
);

describe('of clients at the same time', () => {
  for (const [name, conditionOf] of [
    ['that set a tag if it is new', () => ({ 'if-none-match': '*' })],
    ['that move a tag from where it is', (from: string) => ({ 'if-match': `"${from}"` })],
  ] as const) {
    it(`${name}, one does`, async (test) => {
      const server = await startServer(test);
      const first = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: TYPE, manifests: [] }));
      const isMove = name.includes('move');
      if (isMove) await put(server.send, first, {});
      const answers = await atOnce(server, (send, at) => put(send, MANIFESTS[at] ?? first, conditionOf(digestOf(first))));
      assert.deepEqual(statusesOf(answers), [201, ...Array<number>(7).fill(412)]);
      const winner = answers.find(({ status }) => status === 201);
      const now = await server.send('GET', '/v2/a/manifests/v1');
      assert.equal(now.headers['docker-content-digest'], winner?.headers['docker-content-digest']);
    });
  }

  it('that push the same blob, all do', async (test) => {
    const server = await startServer(test);
    const answers = await atOnce(server, (send) => send('POST', `/v2/a/blobs/uploads/?digest=${HELLO}`, { body: 'hello' }));
    assert.deepEqual(statusesOf(answers), Array<number>(8).fill(201));
    assert.equal((await server.send('GET', `/v2/a/blobs/${HELLO}`)).body.toString(), 'hello');
  });

  it('that close the same upload, one does, and no blob is broken', async (test) => {
    const server = await startServer(test);
    const location = String((await server.send('POST', '/v2/a/blobs/uploads/')).headers.location);
    await server.send('PATCH', location, { body: 'hello' });
    const answers = await atOnce(server, (send) => send('PUT', `${location}?digest=${HELLO}`));
    assert.deepEqual(statusesOf(answers), [201, ...Array<number>(7).fill(404)]);
    assert.equal((await server.send('GET', `/v2/a/blobs/${HELLO}`)).body.toString(), 'hello');
  });

  it('that send the same chunk, no byte is stored twice', async (test) => {
    const server = await startServer(test);
    const location = String((await server.send('POST', '/v2/a/blobs/uploads/')).headers.location);
    const parts = { headers: { 'content-range': '0-4' }, body: 'hello' };
    const answers = await atOnce(server, (send) => send('PATCH', location, parts));
    for (const { status } of answers) assert.ok(status === 202 || status === 416, `${status}`);
    const [, last] = String((await server.send('GET', location)).headers['range']).split('-');
    const rest = 'hello'.slice(Number(last) + 1);
    assert.equal((await server.send('PUT', `${location}?digest=${HELLO}`, rest === '' ? {} : { body: rest })).status, 201);
  });
});

type Send = (method: string, target: string, parts?: HttpParts) => Promise<HttpAnswer>;

/** Eight requests at once, each on a connection that is open already. */
async function atOnce(server: TestServer, request: (send: Send, at: number) => Promise<HttpAnswer>): Promise<HttpAnswer[]> {
  const clients = Array.from({ length: 8 }, () => server.client());
  await Promise.all(clients.map((client) => client.send('GET', '/healthz')));
  return Promise.all(clients.map((client, at) => request(client.send, at)));
}

function put(send: Send, body: Buffer, condition: Readonly<Record<string, string>>): Promise<HttpAnswer> {
  return send('PUT', '/v2/a/manifests/v1', { body, headers: { 'content-type': TYPE, ...condition } });
}

function statusesOf(answers: readonly HttpAnswer[]): number[] {
  return answers.map(({ status }) => status).sort();
}
