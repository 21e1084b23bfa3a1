/** Manifests: get, put and delete, by tag or by digest. */
import { RegistryError } from '../../core/errors.js';
import { parseTag, type RepositoryName, type Tag } from '../../core/reference.js';
import type { PutManifestOptions } from '../../registry/registry.js';
import { baseUrl } from '../base-url.js';
import { readManifestBody } from '../body.js';
import { entityTag, namesDigest, parseTagCondition } from '../conditions.js';
import { type Exchange, headerOf, openRepository } from '../context.js';
import { manifestUrl } from '../links.js';
import { manifestContent, tellPull } from '../pulls.js';
import type { RegistryRequest } from '../request.js';
import { type Headers, sendEmpty, sendKept } from '../send.js';

/** The manifest byte for byte, with the media type that it came with, whatever the client accepts. */
export async function getManifest(x: Exchange, asked: RegistryRequest<'manifest'>): Promise<void> {
  const { name, reference } = asked;
  const content = await openRepository(x, name).manifests.get(reference, { signal: x.signal });
  const { digest, mediaType } = content.descriptor;
  const headers: Headers = ['Docker-Content-Digest', digest, 'ETag', entityTag(digest)];
  if (namesDigest(headerOf(x, 'if-none-match'), digest)) return sendEmpty(x, 304, headers);
  sendKept(x, asked, content, mediaType, headers);
  // Who had it already has not pulled it, as docker/distribution sees it.
  tellPull(x, asked, manifestContent(content));
}

/** Stores a manifest and sets its tag, or those that `tag` parameters name, on the condition that the client has set. */
export async function putManifest(x: Exchange, asked: RegistryRequest<'manifest'>): Promise<void> {
  const { name, reference } = asked;
  const options = { ...putOptions(x, asked), ...classesOf(x, name) };
  const bytes = await readManifestBody(x);
  const { descriptor, subject, signed } = await openRepository(x, name).manifests.put(bytes, options);
  if (signed) x.signed = { digest: descriptor.digest, tags: options.tags ?? [], ...signed };
  const location = baseUrl(x.request, x.service.settings) + manifestUrl(name, { kind: 'digest', digest: descriptor.digest });
  const headers: Headers = ['Location', location, 'Docker-Content-Digest', descriptor.digest];
  if (subject !== undefined) headers.push('OCI-Subject', subject);
  if (reference.kind === 'digest') for (const tag of options.tags ?? []) headers.push('OCI-Tag', tag);
  sendEmpty(x, 201, headers);
}

function classesOf({ principal }: Exchange, name: RepositoryName): { classes?: readonly string[] } {
  const classes = principal?.classes?.(name);
  return classes === undefined ? {} : { classes };
}

/** Everything that can be refused before the body is read. */
function putOptions(x: Exchange, { reference, tags }: RegistryRequest<'manifest'>): PutManifestOptions {
  const condition = parseTagCondition(headerOf(x, 'if-match'), headerOf(x, 'if-none-match'));
  // Parameters of a media type are ignored, as the OCI specification asks.
  const mediaType = headerOf(x, 'content-type')?.split(';', 1)[0]?.trim();
  const type = mediaType ? { mediaType } : {};
  if (reference.kind === 'tag') return { ...type, ...condition, tags: [reference.tag] };
  return { ...type, ...condition, digest: reference.digest, tags: tagsOf(tags, x.service.settings.maxTagParameters) };
}

function tagsOf(texts: readonly string[], most: number): readonly Tag[] {
  if (texts.length > most)
    throw new RegistryError('TAG_INVALID', { status: 414, message: `at most ${most} tag parameters are taken` });
  return [...new Set(texts)].map(parseTag);
}

/** By tag: the tag alone. By digest: the manifest and every tag that names it. Both go into the trash. */
export async function deleteManifest(x: Exchange, { name, reference }: RegistryRequest<'manifest'>): Promise<void> {
  const { tags, manifests } = openRepository(x, name);
  if (reference.kind === 'tag') await tags.remove(reference.tag);
  else await manifests.remove(reference.digest);
  sendEmpty(x, 202);
}
