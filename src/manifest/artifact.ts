import { type Parsed, parseReferences, parseSubject, unique } from './common.js';

/** An OCI artifact manifest, as the release candidates of image-spec 1.1 had it and clients of that time push it. */
export function parseArtifact(document: Record<string, unknown>): Parsed {
  return { references: unique(parseReferences(document['blobs'], 'blob', 'blobs')), ...parseSubject(document) };
}
