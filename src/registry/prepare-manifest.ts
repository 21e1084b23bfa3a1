/** What is to be stored of a manifest that was pushed: the bytes as they came or, of schema 1, the payload and its signatures. */
import { type Digest, digestOf, hashOf } from '../core/digest.js';
import { RegistryError } from '../core/errors.js';
import { MEDIA_TYPES } from '../core/media-type.js';
import type { Tag } from '../core/reference.js';
import type { SignatureBlock } from '../manifest/jws.js';
import { isPushOfSchema1, parseManifest } from '../manifest/manifest.js';
import type { ParsedManifest } from '../manifest/parsed-manifest.js';
import { parseSigned, type SignedManifest } from '../manifest/schema1.js';
import type { RepositoryContext } from './context.js';
import { isNeeded, refuseClass, refuseUrls } from './manifest-rules.js';
import type { Need } from './needs.js';
import type { PutManifestOptions } from './registry.js';

/** A manifest, checked in all that can be told without the store. */
export interface PreparedManifest extends Omit<ParsedManifest, 'references'> {
  readonly bytes: Buffer;
  readonly digest: Digest;
  readonly needs: readonly Need[];
  /** Signatures of a schema 1 manifest, verified; none for others. */
  readonly blocks: readonly SignatureBlock[];
}

/** MANIFEST_INVALID, MANIFEST_UNVERIFIED, NAME_INVALID, TAG_INVALID, DENIED, and DIGEST_INVALID when it is not the one expected. */
export async function prepareManifest(
  context: RepositoryContext,
  bytes: Buffer,
  options: PutManifestOptions,
): Promise<PreparedManifest> {
  const { mediaType, digest, tags = [], classes } = options;
  const { rules } = context;
  if (isPushOfSchema1(bytes, mediaType)) {
    const signed = await prepareSigned(context, bytes, digest, tags);
    refuseClass(rules, signed, classes);
    return signed;
  }
  const { references, ...parsed } = parseManifest(bytes, mediaType);
  const prepared = { ...parsed, bytes, digest: digestFor(bytes, digest), blocks: [] };
  refuseClass(rules, parsed, classes);
  refuseUrls(rules, references);
  const needs = references
    .filter((reference) => isNeeded(rules, reference))
    .map(({ kind, descriptor }) => ({ kind, digest: descriptor.digest, size: descriptor.size }));
  return { ...prepared, needs };
}

async function prepareSigned(
  { here, schema1, verifying }: RepositoryContext,
  document: Buffer,
  expected: Digest | undefined,
  tags: readonly Tag[],
): Promise<PreparedManifest> {
  if (!schema1.pushes) {
    const message =
      'docker schema 1 manifests are not taken here: push the image in a newer format, or set compatibility.schema1.enabled';
    throw new RegistryError('MANIFEST_INVALID', { message });
  }
  const signed = await parseSigned(document, verifying);
  if (schema1.strictNames) refuseOtherNames(signed, here.name, tags);
  return {
    mediaType: MEDIA_TYPES.dockerSchema1Signed,
    selfDescribing: true,
    bytes: signed.payload,
    digest: digestFor(signed.payload, expected),
    needs: signed.layers.map((digest) => ({ kind: 'blob', digest })),
    blocks: signed.blocks,
  };
}

/** As registry 2.0 had it. Later ones let a manifest be pushed under another name than it was signed for. */
function refuseOtherNames({ name, tag }: SignedManifest, here: string, tags: readonly Tag[]): void {
  if (name !== here) {
    const message = `the manifest is signed for the repository ${name}, not for ${here}`;
    throw new RegistryError('MANIFEST_INVALID', { message, detail: { name } });
  }
  const other = tags.find((each) => each !== tag);
  if (other === undefined) return;
  const message = `the manifest is signed for the tag ${tag.slice(0, 128)}, not for ${other}`;
  throw new RegistryError('TAG_INVALID', { message, detail: { tag: tag.slice(0, 128) } });
}

function digestFor(bytes: Buffer, expected: Digest | undefined): Digest {
  if (expected === undefined) return digestOf(bytes);
  const actual = digestOf(bytes, hashOf(expected));
  if (actual === expected) return actual;
  const message = `the manifest has the digest ${actual}, not the one that it was pushed by`;
  throw new RegistryError('DIGEST_INVALID', { message, detail: { digest: expected, actual } });
}
