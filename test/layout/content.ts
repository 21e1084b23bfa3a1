/** Content of our own for volumes, and the places where docker/distribution keeps it. */
import { createHash } from 'node:crypto';

/** One piece of content. */
export interface Piece {
  readonly bytes: Buffer;
  /** The hash alone, in hex. */
  readonly hex: string;
  readonly digest: string;
}

/** A piece by its sha256, or another hash. */
export function piece(content: string | Buffer, algorithm = 'sha256'): Piece {
  const bytes = Buffer.from(content as string);
  const hex = createHash(algorithm).update(bytes).digest('hex');
  return { bytes, hex, digest: `${algorithm}:${hex}` };
}

/** The manifest of an image. */
export function manifest(config: Piece, layers: readonly Piece[], more: object = {}): Piece {
  const type = 'application/vnd.docker.distribution.manifest.v2+json';
  const of = (mediaType: string, { digest, bytes }: Piece) => ({ mediaType, size: bytes.length, digest });
  return piece(
    JSON.stringify(
      {
        schemaVersion: 2,
        mediaType: type,
        config: of('application/vnd.docker.container.image.v1+json', config),
        layers: layers.map((layer) => of('application/vnd.docker.image.rootfs.diff.tar.gzip', layer)),
        ...more,
      },
      undefined,
      3,
    ),
  );
}

/** A layer of an image, 116 bytes. */
export const LAYER = piece(''.padEnd(116, 'a layer that nobody unpacks; '));
/** Its configuration. */
export const CONFIG = piece('{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}');
/** Its first manifest. */
export const FIRST = manifest(CONFIG, [LAYER]);
/** Its second one. */
export const SECOND = manifest(CONFIG, [LAYER], { annotations: { round: 'second' } });

/** The file that holds the content. */
export function blobFile({ digest }: Pick<Piece, 'digest'>): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `blobs/${algorithm.replace(/[+.]/g, '/')}/${hex.slice(0, 2)}/${hex}/data`;
}

/** What follows the folder of links of a kind. */
export function linkFile({ digest }: Pick<Piece, 'digest'>): string {
  return `${digest.replace(/[:+.]/g, '/')}/link`;
}
