/** Manifests of one repository: read, put, remove. */
import type { Digest } from '../core/digest.js';
import { RegistryError } from '../core/errors.js';
import { createGate } from '../core/gate.js';
import type { Reference, Tag } from '../core/reference.js';
import { isSchema1Type } from '../manifest/kinds.js';
import { mayHaveSignatures, parseManifest } from '../manifest/manifest.js';
import type { TrashedLink } from '../store/trash.js';
import { allClaims, claimsOfStored, itemsOf } from './claims.js';
import type { RepositoryContext } from './context.js';
import type { ManifestReaders } from './manifest-reader.js';
import { putManifest } from './put-manifest.js';
import { takeReferrer } from './referrer-links.js';
import type { CallOptions, Content, ManifestService } from './registry.js';
import { signatureFacts } from './signature-facts.js';
import { settledSignatures, takeSignatures } from './signature-links.js';

type TrashedTag = Extract<TrashedLink, { kind: 'tag' }>;

/** Tags that are looked at, at the same time, for those that name a manifest. */
const AT_ONCE = 32;

/** The manifests of a repository. */
export function createManifestService(context: RepositoryContext, { read, readStored }: ManifestReaders): ManifestService {
  const { stores, here, actor } = context;
  const by = actor ? { actor: actor.name } : {};

  const unknown = (reference: Reference): RegistryError => {
    const detail = reference.kind === 'tag' ? { Tag: reference.tag } : { Name: here.name, Revision: reference.digest };
    return new RegistryError('MANIFEST_UNKNOWN', { detail });
  };

  const getByTag = async (tag: Tag, options?: CallOptions): Promise<Content | undefined> => {
    // Before the read: a move in between makes the stamp one that is never met again.
    const stamp = here.tags.stamp(tag);
    const digest = await here.tags.resolve(tag, options);
    if (digest === undefined) return undefined;
    const content = await read(digest, options);
    if (content === undefined) {
      // A delete takes the tag too: one that is still there names what a crash or somebody's collector took.
      if ((await here.tags.resolve(tag, options)) === digest)
        stores.report({
          what: 'tag-dangling',
          path: here.tags.pathOf(tag),
          message: `the tag names ${digest}, of which the link or the content is gone; it stays, and the next push mends it`,
        });
      return undefined;
    }
    return { ...content, fresh: () => stamp !== undefined && content.fresh() && here.tags.stamp(tag) === stamp };
  };

  /** Tags that name the digest now, with all that they have named. */
  const tagsNaming = async (digest: Digest, options?: CallOptions): Promise<TrashedTag[]> => {
    const gate = createGate(AT_ONCE);
    const found: TrashedTag[] = [];
    for await (const page of here.tags.list(options)) {
      const look = async (tag: Tag): Promise<void> => {
        if ((await here.tags.resolve(tag, options)) !== digest) return;
        const index = await here.tags.index(tag, options);
        found.push({ kind: 'tag', tag, digest, index: index.map((entry) => entry.digest) });
      };
      await Promise.all(page.map((tag) => gate(() => look(tag))));
    }
    return found;
  };

  /** True when it still named the digest, and is gone. */
  const takeTag = async ({ tag, digest }: TrashedTag, options?: CallOptions): Promise<boolean> => {
    if (!(await here.tags.remove(tag, digest, options))) return false;
    await here.history.append(tag, { action: 'removed', digest, ...by }, options);
    return true;
  };

  /** The revision is gone; those that came after its entry in the trash was written get one of their own. */
  const takeAllSignatures = async (revision: Digest, trashed: readonly Digest[], options?: CallOptions): Promise<void> => {
    const linked = await here.signatures.list(revision, options);
    const late = linked.filter((link) => !trashed.includes(link));
    const links = late.map((digest) => signatureLink(revision, digest));
    if (late.length > 0) await here.trash.add({ what: `signatures of manifest ${revision}`, links, ...by }, options);
    await takeSignatures(here, revision, linked, options);
  };

  const subjectOf = (content: Content | undefined): Digest | undefined => {
    try {
      return content && parseManifest(content.bytes, content.descriptor.mediaType).subject?.digest;
    } catch {
      // What cannot be parsed was never listed as a referrer.
      return undefined;
    }
  };

  return {
    async get(reference, options) {
      const content = reference.kind === 'tag' ? await getByTag(reference.tag, options) : await read(reference.digest, options);
      if (content === undefined) throw unknown(reference);
      return content;
    },

    async signatures(reference, options) {
      const digest = reference.kind === 'tag' ? await here.tags.resolve(reference.tag, options) : reference.digest;
      const stored = digest && (await readStored(digest, options));
      if (!stored) throw unknown(reference);
      return isSchema1Type(stored.mediaType) ? signatureFacts(context, digest, stored.bytes, options) : undefined;
    },

    put: (bytes, options = {}) => putManifest(context, bytes, options),

    async remove(digest, options) {
      const revision = await here.revisions.resolve(digest, options);
      const layer = await here.layers.resolve(digest, options);
      const target = revision ?? layer;
      // A layer link alone makes a manifest only when what it links is one, as the reader sees to.
      if (target === undefined || (revision === undefined && (await read(digest, options)) === undefined)) {
        // A delete that died may have left some.
        await settledSignatures(here, digest, options);
        throw unknown({ kind: 'digest', digest });
      }
      const content = await read(digest, options);
      const subject = subjectOf(content);
      const tags = await tagsNaming(digest, options);
      const isSigned = content === undefined || mayHaveSignatures(content.bytes);
      const signatures = isSigned ? await here.signatures.list(digest, options) : [];
      const links: TrashedLink[] = [
        ...tags,
        ...(subject === undefined ? [] : [{ kind: 'referrer' as const, subject, digest }]),
        ...(layer === undefined ? [] : [{ kind: 'layer' as const, digest, target: layer }]),
        // Before the revision, which is put back after them: nobody may see it without.
        ...signatures.map((signature) => signatureLink(digest, signature)),
        ...(revision === undefined ? [] : [{ kind: 'revision' as const, digest }]),
      ];
      await here.trash.add({ what: `manifest ${digest}`, links, ...by }, options);
      const claims = allClaims([itemsOf(here, digest, target), await claimsOfStored(stores, here, target, options)]);
      await stores.condemned.clear(claims, options);

      const taken: Tag[] = [];
      for (const link of tags) if (await takeTag(link, options)) taken.push(link.tag);
      if (layer !== undefined) await here.layers.unlink(digest, options);
      await here.revisions.unlink(digest, options);
      stores.recent.forget(here.revisions.pathOf(digest));
      stores.recent.forget(here.layers.pathOf(digest));
      // What goes with it goes after it: nobody may see it without.
      if (subject !== undefined) await takeReferrer(here, subject, digest, options);
      if (isSigned) await takeAllSignatures(digest, signatures, options);
      // A tag set while the revision was still there would name nothing; one set from now on is refused.
      for (const late of await tagsNaming(digest, options)) {
        await here.trash.add({ what: `tag ${late.tag}`, links: [late], ...by }, options);
        if (await takeTag(late, options)) taken.push(late.tag);
      }
      return { tags: taken };
    },
  };
}

function signatureLink(revision: Digest, digest: Digest): TrashedLink {
  return { kind: 'signature', revision, digest };
}
