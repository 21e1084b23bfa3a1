import { type Parsed, parseReferences, parseSubject, unique } from './common.js';
import { invalid } from './invalid.js';

/** An OCI index or a Docker manifest list: children, each a manifest of the same repository. */
export function parseIndex(document: Record<string, unknown>): Parsed {
  if (document['schemaVersion'] !== 2) throw invalid('an index has schemaVersion 2');
  return { references: unique(parseReferences(document['manifests'], 'manifest', 'manifests')), ...parseSubject(document) };
}
