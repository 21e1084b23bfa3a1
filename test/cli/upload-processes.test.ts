/** One upload over three processes on one folder: `http.secret` is of no matter, nor is the `_state` of registry:2. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { digestOf } from '../../src/core/digest.js';
import { secretsIn } from '../support/secrets.js';
import { textFiles } from '../support/text-files.js';
import { start } from './command.js';

const { folder, fileWith } = textFiles();
const LISTENING = /listening on (http:\/\/[\w.:[\]]+)/;
const SECRETS = ['first-secret-31', 'second-secret-32', 'third-secret-33'];
/** As registry:2 would have it, by a secret that nobody here knows. */
const STATE = Buffer.from(`${'x'.repeat(32)}{"Name":"a","UUID":"other","Offset":3,"StartedAt":"2026-11-24T02:03:25Z"}`).toString(
  'base64url',
);

let stores = 0;

describe('an upload over three processes', () => {
  for (const [what, secrets] of [
    ['of different secrets', SECRETS],
    ['of which two have a secret in common and one has none', [SECRETS[0], SECRETS[0], undefined]],
    ['without secrets', [undefined, undefined, undefined]],
  ] as const) {
    it(`is begun, gone on with and finished by any: ${what}`, { timeout: 60_000 }, async (test) => {
      const root = join(folder, `store-${++stores}`);
      const servers = secrets.map((secret) => {
        const http = `http: {addr: "127.0.0.1:0", relativeurls: true${secret === undefined ? '' : `, secret: ${secret}`}}`;
        return start(['serve', fileWith(`version: 0.1\nstorage: {filesystem: {rootdirectory: ${root}}}\n${http}`)]);
      });
      test.after(() => servers.map((server) => server.signal('SIGKILL')));
      const urls = await Promise.all(servers.map(async (server) => (await server.seen(LISTENING))[1] ?? ''));
      let location = '/v2/a/blobs/uploads/';
      const send = async (turn: number, method: string, body?: string, query = ''): Promise<Response> => {
        const target = `${urls[turn % urls.length]}${location}${query}`;
        const headers = { 'Content-Type': 'application/octet-stream' };
        const answer = await fetch(target, { method, headers, ...(body === undefined ? {} : { body }) });
        await answer.arrayBuffer();
        location = answer.headers.get('location') ?? location;
        return answer;
      };
      for (let first = 0; first < urls.length; first++) {
        location = '/v2/a/blobs/uploads/';
        assert.equal((await send(first, 'POST')).status, 202);
        for (const [index, piece] of ['one', 'two', 'three', 'four'].entries()) {
          const before = location;
          const patched = await send(first + 1 + index, 'PATCH', piece, `?_state=${STATE}`);
          assert.equal(patched.status, 202, before);
        }
        const asked = await send(first, 'GET');
        assert.deepEqual([asked.status, asked.headers.get('range')], [204, '0-14']);
        const digest = digestOf(Buffer.from(`onetwothreefour${first}`));
        const finished = await send(first + 2, 'PUT', String(first), `?_state=${STATE}&digest=${digest}`);
        assert.equal(finished.status, 201);
        for (const url of urls)
          assert.equal(await (await fetch(`${url}/v2/a/blobs/${digest}`)).text(), `onetwothreefour${first}`);
      }
      for (const server of servers) server.signal('SIGTERM');
      for (const { code, out, err } of await Promise.all(servers.map((server) => server.ended))) {
        assert.equal(code, 0, err);
        assert.deepEqual(secretsIn(out + err, [...SECRETS, STATE]), []);
      }
    });
  }
});
