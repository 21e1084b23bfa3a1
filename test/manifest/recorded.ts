/** Manifests as builders and clients write them, in testdata/, with the Content-Type that they are pushed with. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MEDIA_TYPES } from '../../src/core/media-type.js';

const { ociImage, ociIndex, ociArtifact, dockerImage, dockerList } = MEDIA_TYPES;

/** What a recorded manifest is, and what is to be read from it. */
export interface Recorded {
  readonly file: string;
  readonly mediaType: string;
  /** How many blobs and manifests it names, each once; of the blobs, how many need not exist. */
  readonly blobs?: number;
  readonly manifests?: number;
  readonly optional?: number;
  readonly artifactType?: string;
  readonly subject?: true;
}

const CONFIG = 'application/vnd.oci.image.config.v1+json';
const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';

/** One of each kind, and of each habit. */
export const RECORDED: readonly Recorded[] = [
  { file: 'oci-image', mediaType: ociImage, blobs: 4, artifactType: CONFIG },
  { file: 'oci-image-without-media-type', mediaType: ociImage, blobs: 2, artifactType: CONFIG },
  { file: 'oci-image-without-layers', mediaType: ociImage, blobs: 1, artifactType: CONFIG },
  { file: 'oci-image-sha512', mediaType: ociImage, blobs: 3, artifactType: CONFIG },
  { file: 'oci-image-with-custom-fields', mediaType: ociImage, blobs: 2, artifactType: CONFIG },
  { file: 'oci-image-never-pushed-layers', mediaType: ociImage, blobs: 5, optional: 3, artifactType: CONFIG },
  { file: 'oci-index', mediaType: ociIndex, manifests: 3 },
  { file: 'oci-index-without-media-type', mediaType: ociIndex, manifests: 1 },
  { file: 'oci-index-of-indexes', mediaType: ociIndex, manifests: 3 },
  { file: 'oci-index-empty', mediaType: ociIndex },
  {
    file: 'oci-index-with-subject',
    mediaType: ociIndex,
    manifests: 2,
    artifactType: 'application/vnd.example.sbom.bundle.v1',
    subject: true,
  },
  { file: 'buildkit-index-with-attestations', mediaType: ociIndex, manifests: 4 },
  { file: 'buildkit-attestation', mediaType: ociImage, blobs: 3, artifactType: CONFIG },
  { file: 'buildkit-cache-index', mediaType: ociIndex, manifests: 3 },
  { file: 'docker-schema2', mediaType: dockerImage, blobs: 3, artifactType: DOCKER_CONFIG },
  { file: 'docker-schema2-foreign-layer', mediaType: dockerImage, blobs: 3, optional: 1, artifactType: DOCKER_CONFIG },
  { file: 'docker-list', mediaType: dockerList, manifests: 3 },
  { file: 'helm-chart', mediaType: ociImage, blobs: 3, artifactType: 'application/vnd.cncf.helm.config.v1+json' },
  { file: 'cosign-signature', mediaType: ociImage, blobs: 2, artifactType: CONFIG },
  {
    file: 'cosign-bundle',
    mediaType: ociImage,
    blobs: 2,
    artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    subject: true,
  },
  { file: 'oras-artifact', mediaType: ociImage, blobs: 3, artifactType: 'application/vnd.example.config.v1' },
  { file: 'oras-artifact-empty', mediaType: ociImage, blobs: 1, artifactType: 'application/vnd.example.empty.v1' },
  { file: 'oci-artifact', mediaType: ociArtifact, blobs: 2, artifactType: 'application/vnd.example.sbom.v1', subject: true },
];

/** The bytes of a recorded manifest. */
export function bytesOf(file: string): Buffer {
  return dataOf(`${file}.json`);
}

/** The bytes of a file of testdata/. */
export function dataOf(file: string): Buffer {
  return readFileSync(join(folder(), file));
}

/** The data stands beside the sources; the compiled test stands in a folder somewhere below or beside them. */
function folder(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const found = join(at, 'test', 'manifest', 'testdata');
    if (existsSync(found)) return found;
    if (at === dirname(at)) return join(process.cwd(), 'test', 'manifest', 'testdata');
  }
}
