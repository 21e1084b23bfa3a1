import { type Parsed, parseReferences, parseSubject, toReference, unique } from './common.js';
import { invalid } from './invalid.js';

/** An image manifest, of OCI or of Docker (schema 2): a configuration and layers, maybe none. */
export function parseImage(document: Record<string, unknown>): Parsed {
  if (document['schemaVersion'] !== 2) throw invalid('an image manifest has schemaVersion 2');
  if (document['config'] === undefined) throw invalid('an image manifest has a config');
  const config = toReference(document['config'], 'blob', 'config');
  const layers = parseReferences(document['layers'], 'blob', 'layers');
  const common = parseSubject(document);
  const artifactType = common.artifactType ?? config.descriptor.mediaType;
  // A configuration is always pushed, whatever its media type.
  return {
    references: unique([{ ...config, required: true }, ...layers]),
    ...common,
    configType: config.descriptor.mediaType,
    ...(artifactType === '' ? {} : { artifactType }),
  };
}
