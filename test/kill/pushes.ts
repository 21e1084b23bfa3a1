/** Every way to bring a blob into a repository. Each notes in the ledger what it is about to do before it does it. */
import type { Answer, Client } from './client.js';
import type { Ledger, UploadEntry } from './ledger.js';
import { bytesOf, type Random, type Sample } from './random.js';

/** An answer that nobody asked for; the test fails with it. */
export class Wrong extends Error {
  override readonly name = 'Wrong';
}

/** What a push works with. */
export interface Hands {
  readonly client: Client;
  readonly ledger: Ledger;
  readonly random: Random;
}

/** Throws `Wrong` unless the status is one of these. */
export function expectStatus(answer: Answer, what: string, ...statuses: number[]): Answer {
  if (statuses.includes(answer.status)) return answer;
  throw new Wrong(
    `${what}: ${String(answer.status)} instead of ${statuses.join(' or ')}: ${answer.body.toString('utf8').slice(0, 300)}`,
  );
}

/** Brings the sample into the repository, one way or another, and notes that it is there. */
export async function pushBlob(hands: Hands, repository: string, sample: Sample): Promise<void> {
  const { ledger, random } = hands;
  const entry = ledger.blob(repository, sample);
  if (entry.state !== 'present') entry.state = 'maybe'; // What stands already must not vanish by a second push.
  const style = random.pick(['single', 'put', 'stream', 'chunks', 'chunks', 'last'] as const);
  const bytes = bytesOf(sample);
  if (style === 'single') {
    const path = `/v2/${repository}/blobs/uploads/?digest=${sample.digest}`;
    const answer = expectStatus(await hands.client.send({ method: 'POST', path, body: bytes }), `POST ${path}`, 201, 202);
    if (answer.status === 202) await commit(hands, await opened(hands, repository, sample, answer), bytes);
  } else {
    const upload = await startUpload(hands, repository, sample);
    const pieces = style === 'put' ? 0 : style === 'stream' ? 1 : random.whole(2, 4);
    const end = style === 'last' ? Math.floor(bytes.length / 2) : bytes.length;
    for (let i = 0; i < pieces; i += 1) {
      const to = i === pieces - 1 ? end : Math.min(end, upload.acknowledged + Math.ceil(end / pieces));
      if (to > upload.acknowledged || style === 'stream') await append(hands, upload, bytes, to, style !== 'stream');
    }
    await commit(hands, upload, bytes);
  }
  entry.state = 'present';
}

/** Begins an upload and notes it. */
export async function startUpload(hands: Hands, repository: string, sample: Sample): Promise<UploadEntry> {
  const path = `/v2/${repository}/blobs/uploads/`;
  const answer = expectStatus(await hands.client.send({ method: 'POST', path }), `POST ${path}`, 202);
  return opened(hands, repository, sample, answer);
}

async function opened(hands: Hands, repository: string, sample: Sample, answer: Answer): Promise<UploadEntry> {
  const upload: UploadEntry = { repository, sample, location: locationOf(answer), acknowledged: 0, sent: 0, state: 'open' };
  hands.ledger.uploads.add(upload);
  return upload;
}

/** Sends what comes after the bytes that are there, up to `to`. */
export async function append(hands: Hands, upload: UploadEntry, bytes: Buffer, to: number, ranged: boolean): Promise<void> {
  const from = upload.acknowledged;
  const body = bytes.subarray(from, to);
  upload.sent = Math.max(upload.sent, to);
  const headers = {
    'content-type': 'application/octet-stream',
    ...(ranged && body.length > 0 ? { 'content-range': `${String(from)}-${String(to - 1)}` } : {}),
  };
  const answer = await hands.client.send({ method: 'PATCH', path: upload.location, headers, body });
  expectStatus(answer, `PATCH ${upload.location} from ${String(from)}`, 202);
  upload.acknowledged = to;
  upload.location = locationOf(answer);
}

/** Sends what is left with the digest. */
export async function commit(hands: Hands, upload: UploadEntry, bytes: Buffer): Promise<void> {
  const entry = hands.ledger.blob(upload.repository, upload.sample);
  if (entry.state !== 'present') entry.state = 'maybe';
  upload.sent = bytes.length;
  upload.state = 'committing';
  const path = `${upload.location}${upload.location.includes('?') ? '&' : '?'}digest=${upload.sample.digest}`;
  const body = bytes.subarray(upload.acknowledged);
  const headers = { 'content-type': 'application/octet-stream' };
  expectStatus(await hands.client.send({ method: 'PUT', path, headers, body }), `PUT ${path}`, 201);
  entry.state = 'present';
  hands.ledger.uploads.delete(upload);
}

/** Path and query of the Location header, which may be absolute. */
export function locationOf(answer: Answer): string {
  const url = new URL(answer.headers.location ?? '', 'http://127.0.0.1');
  return url.pathname + url.search;
}
