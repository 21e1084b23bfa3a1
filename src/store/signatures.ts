/**
 * Signatures of the schema 1 manifests of one repository. Each is a blob of its own, linked below its revision: whoever adds
 * one writes a link of their own, and reads none of the others, so that any number of processes may add at the same time.
 */
import { CANONICAL, type Digest, digestOf, isDigest } from '../core/digest.js';
import type { RepositoryName } from '../core/reference.js';
import type { CallOptions, StorageDriver } from '../driver/driver.js';
import { pathFor } from '../paths/path-for.js';
import type { BlobStore } from './blobs.js';
import { readLink, undefinedIfMissing } from './links.js';
import type { Report } from './report.js';

/** A signature as it is stored. */
export interface StoredBlock {
  readonly digest: Digest;
  readonly bytes: Buffer;
}

/** What stands below one revision. */
export interface FoundSignatures<T> {
  readonly blocks: readonly T[];
  /** While `stamp` says the same, nobody has added any. Undefined when that cannot be told. */
  readonly stamp: string | undefined;
}

/** A link, and what stands behind it, for whoever looks into it. */
export interface SignatureTrace {
  readonly digest: Digest;
  /** When the link was last written. */
  readonly linkedAt: Date | undefined;
  /** The block, or what is wrong. */
  readonly found: { readonly bytes: Buffer } | { readonly fault: string };
}

/** Signatures of one repository. */
export interface SignatureStore {
  /** Digests of the blocks that are linked below the revision, in no order that means anything. */
  list(revision: Digest, options?: CallOptions): Promise<readonly Digest[]>;
  /**
   * What `parse` makes of each block that is linked below the revision. One whose blob is missing, or of which `parse` makes
   * nothing, is left out and reported: the others are worth no less for it.
   */
  read<T>(revision: Digest, parse: (bytes: Buffer) => T | undefined, options?: CallOptions): Promise<FoundSignatures<T>>;
  /** Everything that stands below the revision, what is broken too. Changes nothing and reports nothing. */
  inspect(revision: Digest, options?: CallOptions): Promise<readonly SignatureTrace[]>;
  /** A cheap fingerprint of the list of signatures; undefined when there is none to trust. */
  stamp(revision: Digest): string | undefined;
  /** Stores blocks and links them below the revision, each link after its blob. Durable; safe to repeat. */
  add(revision: Digest, blocks: readonly StoredBlock[], options?: CallOptions): Promise<void>;
  /** Links a block that is stored already. Durable; safe to repeat. */
  link(revision: Digest, block: Digest, options?: CallOptions): Promise<void>;
  /** Takes links away, durably; missing ones are fine. */
  unlink(revision: Digest, blocks: readonly Digest[], options?: CallOptions): Promise<void>;
}

/** Larger than any signature that is taken, here or elsewhere: not worth reading. */
const MAX_BYTES = 64 * 1024;

/** The signatures of a repository. */
export function createSignatureStore(
  driver: StorageDriver,
  name: RepositoryName,
  blobs: BlobStore,
  report: Report,
): SignatureStore {
  const folder = (digest: Digest) => pathFor('signaturesByAlgorithm', { name, digest, algorithm: CANONICAL });
  const pathOf = (digest: Digest, signature: Digest) => pathFor('signatureLink', { name, digest, signature });

  /** The links that can be read; `settled` when no folder is without one, such as that of a link that is just being written. */
  const find = async (revision: Digest, options?: CallOptions): Promise<{ found: Digest[]; settled: boolean }> => {
    const found: Digest[] = [];
    let settled = true;
    for await (const page of driver.list(folder(revision), options)) {
      for (const entry of page) {
        const signature = `${CANONICAL}:${entry.name}`;
        if (!entry.folder || !isDigest(signature)) continue;
        const held = await readLink(driver, pathOf(revision, signature), report, options);
        if (held === signature) found.push(signature);
        else settled = false;
      }
    }
    return { found, settled };
  };

  const readBlock = async (digest: Digest, options?: CallOptions): Promise<Buffer | undefined> => {
    const facts = await blobs.stat(digest, options);
    return facts && facts.size <= MAX_BYTES ? blobs.read(digest, options) : undefined;
  };

  /** Not through the blob store, which sets aside what is rotten. */
  const look = async (revision: Digest, digest: Digest, options?: CallOptions): Promise<SignatureTrace['found']> => {
    const link = await driver.read(pathOf(revision, digest), options).catch(undefinedIfMissing);
    if (link === undefined) return { fault: 'its link is missing' };
    if (link.toString('latin1') !== digest) return { fault: 'its link does not hold its digest' };
    const path = pathFor('blobData', { blob: digest });
    const facts = await driver.stat(path, options).catch(undefinedIfMissing);
    if (facts === undefined) return { fault: 'its block is missing' };
    if (facts.size > MAX_BYTES) return { fault: `its block has ${facts.size} bytes, more than any signature has` };
    const bytes = await driver.read(path, options).catch(undefinedIfMissing);
    if (bytes === undefined) return { fault: 'its block is missing' };
    return digestOf(bytes) === digest ? { bytes } : { fault: 'its block is not what its digest says' };
  };

  const store: SignatureStore = {
    list: async (revision, options) => (await find(revision, options)).found,

    async read(revision, parse, options) {
      // Before the list: a signature added in between makes it a stamp that is never met again.
      const stamp = store.stamp(revision);
      const { found, settled } = await find(revision, options);
      const blocks = [];
      for (const digest of found) {
        const bytes = await readBlock(digest, options);
        const block = bytes && parse(bytes);
        if (block !== undefined) blocks.push(block);
        else {
          const message = `a signature whose block is ${bytes ? 'none of this manifest' : 'missing'} is left out`;
          report({ what: 'signature-unreadable', path: pathOf(revision, digest), message });
        }
      }
      return { blocks, stamp: settled ? stamp : undefined };
    },

    async inspect(revision, options) {
      const traces: SignatureTrace[] = [];
      for await (const page of driver.list(folder(revision), options)) {
        for (const entry of page) {
          const digest = `${CANONICAL}:${entry.name}`;
          if (!entry.folder || !isDigest(digest)) continue;
          const link = await driver.stat(pathOf(revision, digest), options).catch(undefinedIfMissing);
          traces.push({ digest, linkedAt: link?.modified, found: await look(revision, digest, options) });
        }
      }
      return traces;
    },

    stamp: (revision) => driver.stamp(folder(revision)),

    async add(revision, blocks, options) {
      for (const { digest, bytes } of blocks) {
        await blobs.put(bytes, digest, options);
        await store.link(revision, digest, options);
      }
    },

    link: (revision, block, options) => driver.put(pathOf(revision, block), Buffer.from(block), options),

    unlink: (revision, blocks, options) =>
      driver.remove(
        blocks.map((block) => pathOf(revision, block)),
        options,
      ),
  };
  return store;
}
