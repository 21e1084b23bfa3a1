/** Looks, after a restart, whether the store holds what the ledger says; what was open is settled by what is found. */
import type { Answer, Client } from './client.js';
import type { BlobEntry, Ledger, ManifestEntry, State, TagEntry, UploadEntry } from './ledger.js';
import { append, commit, expectStatus, locationOf, Wrong } from './pushes.js';
import { bytesOf, type Random } from './random.js';

const ACCEPT = { accept: 'application/vnd.oci.image.manifest.v1+json' };
const AT_ONCE = 4;

/** What of the ledger is looked at. */
export interface Choice {
  takes(entry: { readonly round: number }): boolean;
  /** Ends unfinished uploads too. */
  readonly endUploads: boolean;
}

/** Everything wrong that was found. Settles the ledger. */
export async function verify(client: Client, ledger: Ledger, random: Random, choice: Choice): Promise<string[]> {
  const wrongs: string[] = [];
  const each = async <E>(entries: readonly E[], look: (entry: E) => Promise<void>) => {
    const queue = entries[Symbol.iterator]();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const entry of queue) {
          await look(entry).catch((error: unknown) => wrongs.push(error instanceof Error ? error.message : String(error)));
        }
      }),
    );
  };
  const chosen = <E extends { readonly round: number }>(entries: Iterable<E>) =>
    [...entries].filter((entry) => choice.takes(entry));
  const hands = { client, ledger, random };
  await each([...ledger.uploads], (upload) => lookAtUpload(hands, upload, choice.endUploads));
  await each(chosen(ledger.blobs.values()), (blob) => lookAtBlob(client, blob));
  await each(chosen(ledger.tags.values()), (tag) => lookAtTag(client, ledger, tag));
  await each(chosen(ledger.manifests.values()), (manifest) => lookAtManifest(client, ledger, manifest));
  const repositories = new Set([...ledger.tags.values()].map((tag) => tag.repository));
  await each([...repositories], (repository) => lookAtList(client, ledger, repository));
  return wrongs;
}

/** Whole and right, or 404; and one of the two where the ledger is sure. True when it is there. */
function isThere(entry: { readonly state: State }, answer: Answer, what: string, right: () => boolean): boolean {
  expectStatus(
    answer,
    `${what} (${entry.state})`,
    ...(entry.state === 'present' ? [200] : entry.state === 'absent' ? [404] : [200, 404]),
  );
  if (answer.status === 200 && !right()) throw new Wrong(`${what}: other bytes than were pushed`);
  return answer.status === 200;
}

async function lookAtBlob(client: Client, blob: BlobEntry): Promise<void> {
  const path = `/v2/${blob.repository}/blobs/${blob.sample.digest}`;
  const head = await client.send({ method: 'HEAD', path });
  const answer = await client.send({ method: 'GET', path });
  if (head.status !== answer.status || (head.status === 200 && head.headers['content-length'] !== String(blob.sample.size)))
    throw new Wrong(
      `HEAD ${path}: ${String(head.status)}, ${String(head.headers['content-length'])} bytes; GET ${String(answer.status)}`,
    );
  // Not there is not settled: see `State`.
  if (isThere(blob, answer, `GET ${path}`, () => answer.body.equals(bytesOf(blob.sample)))) blob.state = 'present';
}

async function lookAtManifest(client: Client, ledger: Ledger, manifest: ManifestEntry): Promise<void> {
  const path = `/v2/${manifest.repository}/manifests/${manifest.digest}`;
  const answer = await client.send({ method: 'GET', path, headers: ACCEPT });
  const there = isThere(manifest, answer, `GET ${path}`, () => answer.body.equals(manifest.bytes));
  manifest.state = there ? 'present' : 'absent';
  if (manifest.subject !== undefined) await lookAtReferrers(client, manifest, manifest.subject, there);
  if (!there) return;
  for (const digest of manifest.parts) {
    const part = `/v2/${manifest.repository}/blobs/${digest}`;
    const head = expectStatus(
      await client.send({ method: 'HEAD', path: part }),
      `HEAD ${part}, of manifest ${manifest.digest}`,
      200,
    );
    const size = ledger.blobs.get(`${manifest.repository}@${digest}`)?.sample.size;
    if (head.headers['content-length'] !== String(size)) throw new Wrong(`HEAD ${part}: wrong size`);
  }
}

/** What is there is among the referrers of its subject, what is gone is not. */
async function lookAtReferrers(client: Client, manifest: ManifestEntry, subject: string, there: boolean): Promise<void> {
  const path = `/v2/${manifest.repository}/referrers/${subject}`;
  const answer = expectStatus(await client.send({ method: 'GET', path }), `GET ${path}`, 200);
  const { manifests } = JSON.parse(answer.body.toString('utf8')) as { manifests: readonly { digest: string }[] };
  if (manifests.some(({ digest }) => digest === manifest.digest) !== there)
    throw new Wrong(`GET ${path}: ${manifest.digest} is there: ${String(there)}, is listed: ${String(!there)}`);
}

async function lookAtTag(client: Client, ledger: Ledger, tag: TagEntry): Promise<void> {
  const path = `/v2/${tag.repository}/manifests/${tag.tag}`;
  const answer = expectStatus(await client.send({ method: 'GET', path, headers: ACCEPT }), `GET ${path}`, 200, 404);
  const found = answer.status === 404 ? '' : String(answer.headers['docker-content-digest']);
  const may = [...tag.possible].map((digest) => digest.slice(0, 19) || 'nothing').join(', ');
  if (!tag.possible.has(found)) throw new Wrong(`GET ${path}: names ${found || 'nothing'}; may name ${may}`);
  tag.possible = new Set([found]);
  if (found === '') return;
  const manifest = ledger.manifests.get(`${tag.repository}@${found}`);
  if (!manifest?.bytes.equals(answer.body)) throw new Wrong(`GET ${path}: other bytes than were pushed`);
  manifest.round = tag.round; // It is there, so its parts must be; they are looked at with it.
  manifest.state = 'present';
}

/** A tag that is there stands in the list, one that is gone does not. */
async function lookAtList(client: Client, ledger: Ledger, repository: string): Promise<void> {
  const path = `/v2/${repository}/tags/list`;
  const answer = expectStatus(await client.send({ method: 'GET', path }), `GET ${path}`, 200, 404);
  const listed =
    answer.status === 404 ? [] : ((JSON.parse(answer.body.toString('utf8')) as { tags: string[] | null }).tags ?? []);
  for (const tag of ledger.tagsOf(repository)) {
    if (tag.possible.size > 1) continue;
    if (listed.includes(tag.tag) !== !tag.possible.has(''))
      throw new Wrong(`GET ${path}: ${listed.join(' ')}; ${tag.tag} is there: ${String(!tag.possible.has(''))}`);
  }
}

/** The offset lies between what was acknowledged and what was sent; sometimes, or at the end, the upload is gone on with and committed. */
async function lookAtUpload(
  hands: { client: Client; ledger: Ledger; random: Random },
  upload: UploadEntry,
  end: boolean,
): Promise<void> {
  const answer = await hands.client.send({ method: 'GET', path: upload.location });
  if (upload.state !== 'open' && answer.status === 404) {
    hands.ledger.uploads.delete(upload);
    return;
  }
  expectStatus(answer, `GET ${upload.location} (${upload.state})`, 204);
  upload.location = locationOf(answer);
  const last = Number(/^0-([0-9]+)$/.exec(String(answer.headers.range))?.[1]);
  const bytes = bytesOf(upload.sample);
  // `0-0` is one byte or none.
  if (last === 0 && (await lostItsBytes(hands.client, upload))) upload.acknowledged = 0;
  const sizes = last === 0 ? [0, 1].filter((size) => size >= upload.acknowledged && size <= upload.sent) : [last + 1];
  if (!sizes.every((size) => size >= upload.acknowledged && size <= upload.sent) || sizes.length === 0) {
    throw new Wrong(
      `GET ${upload.location}: Range ${String(answer.headers.range)}; acknowledged ${String(upload.acknowledged)}, sent ${String(upload.sent)}`,
    );
  }
  upload.state = 'open';
  // Whoever goes on with it, now or in a later round, must know whether that one byte is there.
  upload.acknowledged = sizes.length === 1 ? (sizes[0] ?? 0) : await firstThatFits(hands.client, upload, bytes);
  if (!end && hands.random.chance(0.5)) return;
  if (upload.acknowledged < bytes.length && hands.random.chance(0.5)) await append(hands, upload, bytes, bytes.length, true);
  await commit(hands, upload, bytes);
}

/**
 * An upload that was being ended may be found without its bytes: they are gone before it is. When it was to become a blob,
 * they must be there as one.
 */
async function lostItsBytes(client: Client, upload: UploadEntry): Promise<boolean> {
  if (upload.state !== 'committing') return upload.state === 'cancelling';
  const path = `/v2/${upload.repository}/blobs/${upload.sample.digest}`;
  const { status, body } = await client.send({ method: 'GET', path });
  return status === 200 && body.equals(bytesOf(upload.sample));
}

/** Sends one byte at the beginning; when that is refused it was there already. */
async function firstThatFits(client: Client, upload: UploadEntry, bytes: Buffer): Promise<number> {
  const headers = { 'content-type': 'application/octet-stream', 'content-range': '0-0' };
  const answer = await client.send({ method: 'PATCH', path: upload.location, headers, body: bytes.subarray(0, 1) });
  expectStatus(answer, `PATCH ${upload.location} at 0`, 202, 416);
  if (answer.headers.location !== undefined) upload.location = locationOf(answer);
  upload.sent = Math.max(upload.sent, 1);
  return 1;
}
