/** Conditional requests (RFC 9110, section 13). The entity tag of content is its digest in quotes. */
import { type Digest, isDigest } from '../core/digest.js';
import { RegistryError } from '../core/errors.js';

/** The entity tag of content with this digest: `"<digest>"`. */
export function entityTag(digest: Digest): string {
  return `"${digest}"`;
}

/** True when `If-None-Match` names the digest: quoted, weak, or bare as old clients send it; or is `*`. */
export function namesDigest(header: string | undefined, digest: Digest): boolean {
  if (header === undefined) return false;
  return header.split(',').some((part) => {
    const tag = part.trim();
    return tag === '*' || tag === digest || tag === `"${digest}"` || tag === `W/"${digest}"`;
  });
}

/** True when a range may be served: there is no `If-Range`, or it is the strong entity tag. A date never matches. */
export function allowsRange(header: string | undefined, digest: Digest): boolean {
  return header === undefined || header.trim() === `"${digest}"`;
}

/** What a conditional put of a tag demands. */
export interface TagCondition {
  readonly ifMatch?: Digest;
  readonly ifAbsent?: boolean;
}

/**
 * The condition of a manifest put: `If-Match: "<digest>"`, that the tag names it now; `If-None-Match: *`, that there is no
 * such tag. MANIFEST_INVALID with 412 for any other form: a condition that is not understood must not count as fulfilled.
 */
export function parseTagCondition(ifMatch: string | undefined, ifNoneMatch: string | undefined): TagCondition {
  if (ifMatch === undefined && ifNoneMatch === undefined) return {};
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() === '*' && ifMatch === undefined) return { ifAbsent: true };
    throw refused('If-None-Match of a push takes * alone');
  }
  const digest = (ifMatch ?? '').trim().replace(/^"(.*)"$/, '$1');
  if (isDigest(digest)) return { ifMatch: digest };
  throw refused('If-Match of a push takes one digest, quoted');
}

function refused(message: string): RegistryError {
  return new RegistryError('MANIFEST_INVALID', { status: 412, message });
}
