/** RFC 6838, section 4.2. */
const GRAMMAR = /^[a-zA-Z0-9][\w!#$&^.+-]{0,126}\/[a-zA-Z0-9][\w!#$&^.+-]{0,126}$/;

/** True for `type/subtype`, without parameters. */
export function isMediaType(text: string): boolean {
  return GRAMMAR.test(text);
}

/** Media types of manifests that lading knows by name; any other is stored and returned as it came. */
export const MEDIA_TYPES = {
  ociImage: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociArtifact: 'application/vnd.oci.artifact.manifest.v1+json',
  dockerImage: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerSchema1: 'application/vnd.docker.distribution.manifest.v1+json',
  dockerSchema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  octets: 'application/octet-stream',
} as const;
