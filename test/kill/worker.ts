/**
 * One client that does one thing after the other until the server is gone: pushes, moves, deletes, reads. Its repositories
 * are its own, so that it knows what they hold; their content is not, and one repository is shared by all.
 */
import { Cut } from './client.js';
import type { Ledger } from './ledger.js';
import { append, commit, expectStatus, type Hands, pushBlob, startUpload, Wrong } from './pushes.js';
import { bytesOf, digestOf, makeSample, type Sample } from './random.js';

/** The repository into which all push. Nobody deletes there. */
export const SHARED = 'shared/all';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const TAGS = ['t0', 't1', 't2', 't3'];

/** Works until the server is gone or `stopped` says so. Answers that are wrong end up in `wrongs`; their count is bounded. */
export async function work(hands: Hands, index: number, stopped: () => boolean, wrongs: string[]): Promise<number> {
  const worker = createWorker(
    hands,
    [`w${String(index)}/a`, `w${String(index)}/b`],
    `${String(hands.ledger.round)}/${String(index)}`,
  );
  let done = 0;
  while (!stopped() && wrongs.length < 20) {
    try {
      await worker();
      done += 1;
    } catch (error) {
      if (error instanceof Wrong) wrongs.push(error.message);
      else if (error instanceof Cut && stopped()) return done;
      else wrongs.push(`while the server should be up: ${String(error)}`);
    }
  }
  return done;
}

function createWorker(hands: Hands, own: readonly string[], label: string): () => Promise<void> {
  const { client, ledger, random } = hands;
  let made = 0;

  const newSample = (): Sample => {
    // Content that others push, or have deleted, comes again.
    const known = random.chance(0.25) ? random.pick([...ledger.blobs.values()].slice(-60)) : undefined;
    made += 1;
    return known?.sample ?? makeSample(random, `${label}/${String(made)}`);
  };

  const pushImage = async (repository: string, tag: string | undefined) => {
    const there = ledger.blobsOf(repository, 'present');
    const parts: Sample[] = [];
    for (let i = random.whole(1, 3); i > 0; i -= 1) {
      let sample = random.chance(0.5) ? random.pick(there)?.sample : undefined;
      if (sample === undefined) {
        sample = newSample();
        await pushBlob(hands, repository, sample);
      }
      parts.push(sample);
    }
    made += 1;
    const subject = random.chance(0.25)
      ? random.pick(ledger.manifestsOf(repository).filter((entry) => entry.state === 'present'))
      : undefined;
    const descriptors = parts.map(({ digest, size }) => ({ mediaType: 'application/octet-stream', digest, size }));
    const document = {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: descriptors[0],
      layers: descriptors.slice(1),
      ...(subject ? { subject: { mediaType: MANIFEST, digest: subject.digest, size: subject.bytes.length } } : {}),
      annotations: { made: `${label}/${String(made)}` },
    };
    const bytes = Buffer.from(JSON.stringify(document));
    const facts = {
      repository,
      digest: digestOf(bytes),
      bytes,
      parts: parts.map((part) => part.digest),
      subject: subject?.digest,
    };
    await putManifest(facts, tag);
  };

  const putManifest = async (facts: Parameters<Ledger['manifest']>[0], tagName: string | undefined) => {
    const { repository, digest, bytes } = facts;
    const entry = ledger.manifest(facts);
    if (entry.state !== 'present') entry.state = 'maybe';
    const tag = tagName === undefined ? undefined : ledger.tag(repository, tagName);
    tag?.possible.add(digest);
    const path = `/v2/${repository}/manifests/${tagName ?? digest}`;
    expectStatus(
      await client.send({ method: 'PUT', path, headers: { 'content-type': MANIFEST }, body: bytes }),
      `PUT ${path}`,
      201,
    );
    entry.state = 'present';
    if (tag === undefined) return;
    // In the shared repository somebody else may have moved it meanwhile.
    if (repository === SHARED) tag.possible.delete('');
    else tag.possible = new Set([digest]);
  };

  const moveTag = async (repository: string) => {
    const manifest = random.pick(ledger.manifestsOf(repository).filter((entry) => entry.state === 'present'));
    if (manifest) await putManifest(manifest, random.pick(TAGS));
  };

  const remove = async (path: string) => {
    expectStatus(await client.send({ method: 'DELETE', path }), `DELETE ${path}`, 202);
  };

  const deleteTag = async (repository: string) => {
    const tag = random.pick(ledger.tagsOf(repository).filter((entry) => !entry.possible.has('')));
    if (tag === undefined) return;
    ledger.tag(repository, tag.tag).possible.add('');
    await remove(`/v2/${repository}/manifests/${tag.tag}`);
    tag.possible = new Set(['']);
  };

  const deleteManifest = async (repository: string) => {
    const manifest = random.pick(ledger.manifestsOf(repository).filter((entry) => entry.state === 'present'));
    if (manifest === undefined) return;
    const tags = ledger.tagsOf(repository).filter((tag) => tag.possible.has(manifest.digest));
    ledger.manifest(manifest).state = 'maybe';
    for (const tag of tags) ledger.tag(repository, tag.tag).possible.add('');
    await remove(`/v2/${repository}/manifests/${manifest.digest}`);
    manifest.state = 'absent';
    for (const tag of tags) tag.possible = new Set(['']);
  };

  const deleteBlob = async (repository: string) => {
    const used = new Set(ledger.manifestsOf(repository).flatMap((entry) => (entry.state === 'absent' ? [] : entry.parts)));
    const blob = random.pick(ledger.blobsOf(repository, 'present').filter((entry) => !used.has(entry.sample.digest)));
    if (blob === undefined) return;
    ledger.blob(repository, blob.sample).state = 'maybe';
    await remove(`/v2/${repository}/blobs/${blob.sample.digest}`);
    blob.state = 'absent';
  };

  const mount = async (repository: string) => {
    const from = random.pick([SHARED, ...own].filter((name) => name !== repository)) ?? SHARED;
    const blob = random.pick(ledger.blobsOf(from, 'present'));
    if (blob === undefined) return;
    const entry = ledger.blob(repository, blob.sample);
    if (entry.state !== 'present') entry.state = 'maybe';
    const path = `/v2/${repository}/blobs/uploads/?mount=${blob.sample.digest}&from=${from}`;
    expectStatus(await client.send({ method: 'POST', path }), `POST ${path}`, 201);
    entry.state = 'present';
  };

  const leaveUpload = async (repository: string) => {
    const sample = newSample();
    const upload = await startUpload(hands, repository, sample);
    const bytes = bytesOf(sample);
    for (let i = random.whole(1, 3); i > 0 && upload.acknowledged < bytes.length; i -= 1) {
      await append(hands, upload, bytes, random.whole(upload.acknowledged + 1, bytes.length), true);
    }
  };

  const endUpload = async () => {
    const upload = random.pick([...ledger.uploads].filter((entry) => entry.state === 'open' && own.includes(entry.repository)));
    if (upload === undefined) return;
    if (random.chance(0.7)) return commit(hands, upload, bytesOf(upload.sample));
    upload.state = 'cancelling';
    expectStatus(await client.send({ method: 'DELETE', path: upload.location }), `DELETE ${upload.location}`, 204);
    ledger.uploads.delete(upload);
  };

  const read = async (repository: string) => {
    const blob = random.pick(ledger.blobsOf(repository, 'present'));
    if (blob === undefined) return;
    const path = `/v2/${repository}/blobs/${blob.sample.digest}`;
    const answer = expectStatus(await client.send({ method: 'GET', path }), `GET ${path}`, 200);
    if (digestOf(answer.body) !== blob.sample.digest) throw new Wrong(`GET ${path}: other bytes`);
  };

  return () => {
    const repository = random.pick(own) ?? SHARED;
    const roll = random.whole(1, 100);
    if (roll <= 25) return pushBlob(hands, random.chance(0.3) ? SHARED : repository, newSample());
    if (roll <= 45) return pushImage(repository, random.chance(0.8) ? random.pick(TAGS) : undefined);
    if (roll <= 50) return pushImage(SHARED, 'moving');
    if (roll <= 60) return moveTag(repository);
    if (roll <= 65) return deleteTag(repository);
    if (roll <= 70) return deleteManifest(repository);
    if (roll <= 75) return deleteBlob(repository);
    if (roll <= 81) return mount(repository);
    if (roll <= 88) return leaveUpload(repository);
    if (roll <= 93) return endUpload();
    return read(repository);
  };
}
