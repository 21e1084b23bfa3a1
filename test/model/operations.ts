/** What clients of the model do, as plain values: fast-check makes, shrinks and prints them. */
import fc from 'fast-check';
import { ALGORITHMS, type Algorithm, ARTIFACT_TYPES, BLOBS, MANIFESTS, PIECES } from './contents.js';

/** Names whose order by components is not the order of their bytes. */
export const REPOSITORIES = ['m/a', 'm/a/b', 'm/a-b'] as const;
export const TAGS = ['latest', 'v1', 'V1'] as const;

type Repository = (typeof REPOSITORIES)[number];

/** A blob by its place in the list of those that are known; taken modulo the length of that list. */
interface OfBlob {
  readonly repository: Repository;
  readonly blob: number;
  readonly algorithm: Algorithm;
}

/** Where a chunk says that it belongs. */
type Place = 'unsaid' | 'right' | 'too early' | 'too late';

/** A manifest by tag, or by a digest. */
type By = { readonly tag: string } | { readonly manifest: number; readonly algorithm: Algorithm };

/** What a put asks of its tags. */
type Condition = 'none' | 'absent' | { readonly names: number };

/** A request that a client may make. `client` says which of the two. */
export type Operation = { readonly client: 0 | 1 } & (
  | { readonly kind: 'start'; readonly repository: Repository }
  | ({ readonly kind: 'push'; readonly right: boolean } & OfBlob)
  | { readonly kind: 'patch'; readonly upload: number; readonly piece: number; readonly place: Place }
  | { readonly kind: 'status'; readonly upload: number; readonly head: boolean }
  | {
      readonly kind: 'close';
      readonly upload: number;
      readonly piece: number | undefined;
      readonly place: Place;
      readonly digest: 'right' | 'wrong' | 'missing';
      readonly algorithm: Algorithm;
    }
  | { readonly kind: 'cancel'; readonly upload: number }
  | ({ readonly kind: 'mount'; readonly from: Repository | 'm/nobody' | undefined } & OfBlob)
  | ({ readonly kind: 'get blob'; readonly head: boolean; readonly range: string | undefined; readonly known: boolean } & OfBlob)
  | ({ readonly kind: 'delete blob' } & OfBlob)
  | {
      readonly kind: 'put manifest';
      readonly repository: Repository;
      readonly manifest: number;
      readonly by: 'tag' | Algorithm;
      readonly tags: readonly string[];
      readonly condition: Condition;
    }
  | {
      readonly kind: 'get manifest';
      readonly repository: Repository;
      readonly by: By;
      readonly head: boolean;
      readonly known: boolean;
    }
  | { readonly kind: 'delete manifest'; readonly repository: Repository; readonly by: By }
  | { readonly kind: 'tags'; readonly repository: Repository; readonly n: number | undefined; readonly last: string | undefined }
  | { readonly kind: 'catalog'; readonly n: number | undefined; readonly last: string | undefined }
  | {
      readonly kind: 'referrers';
      readonly repository: Repository;
      readonly subject: number;
      readonly type: string | undefined;
      readonly n: number | undefined;
    }
);

const client = fc.constantFrom(0 as const, 1 as const);
const repository = fc.constantFrom(...REPOSITORIES, 'm/a' as const, 'm/a' as const, 'm/a' as const);
const algorithm = fc.oneof({ weight: 3, arbitrary: fc.constant('sha256' as const) }, fc.constantFrom(...ALGORITHMS));
const piece = fc.nat({ max: PIECES.length - 1 });
// The first ones name little, so that others can name them.
const manifest = fc.oneof(fc.constantFrom(0, 1), fc.nat({ max: MANIFESTS.length - 1 }));
const upload = fc.nat({ max: 7 });
const tag = fc.constantFrom(...TAGS);
const place = fc.constantFrom('unsaid' as const, 'right' as const, 'right' as const, 'too early' as const, 'too late' as const);
const n = fc.option(fc.nat({ max: 4 }), { nil: undefined });
// Two in three are of those that manifests name.
const blob = fc.nat({ max: Math.floor(BLOBS.length * 1.5) });
const rarely = fc.integer({ min: 0, max: 5 }).map((one) => one === 5);
const often = fc.integer({ min: 0, max: 5 }).map((one) => one !== 5);
const by: fc.Arbitrary<By> = fc.oneof(fc.record({ tag }), fc.record({ manifest, algorithm }));
const ranges = ['bytes=0-0', 'bytes=2-', 'bytes=-3', 'bytes=0-99999999', 'bytes=5-4', 'bytes=4000000-', 'bytes=-0', 'lines=1-2'];

const pushOf = fc.record({ kind: fc.constant('push' as const), client, repository, blob, algorithm, right: often });
const putOf = fc.record({
  kind: fc.constant('put manifest' as const),
  client,
  repository,
  manifest,
  by: fc.constantFrom('tag' as const, 'tag' as const, 'sha256' as const, 'sha512' as const),
  tags: fc.uniqueArray(tag, { minLength: 1, maxLength: 2 }),
  condition: fc.oneof(
    { weight: 4, arbitrary: fc.constant('none' as const) },
    fc.constant('absent' as const),
    fc.record({ names: manifest }),
  ),
});
const getBlobOf = fc.record({
  kind: fc.constant('get blob' as const),
  client,
  repository,
  blob,
  algorithm,
  head: rarely,
  range: fc.option(fc.constantFrom(...ranges), { nil: undefined, freq: 3 }),
  known: rarely,
});
const getManifestOf = fc.record({
  kind: fc.constant('get manifest' as const),
  client,
  repository,
  by,
  head: rarely,
  known: rarely,
});
const deleteBlobOf = fc.record({ kind: fc.constant('delete blob' as const), client, repository, blob, algorithm });
const deleteManifestOf = fc.record({ kind: fc.constant('delete manifest' as const), client, repository, by });
const mountOf = fc.record({
  kind: fc.constant('mount' as const),
  client,
  repository,
  blob,
  algorithm,
  from: fc.option(fc.constantFrom(...REPOSITORIES, ...REPOSITORIES, 'm/nobody' as const), { nil: undefined }),
});

/** Any request. Pushes come often, or there would be nothing to ask for. */
export const operations: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 8, arbitrary: pushOf },
  { weight: 8, arbitrary: putOf },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('start' as const), client, repository }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('patch' as const), client, upload, piece, place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('status' as const), client, upload, head: rarely }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('close' as const),
      client,
      upload,
      piece: fc.option(piece, { nil: undefined }),
      place,
      digest: fc.constantFrom('right' as const, 'right' as const, 'right' as const, 'wrong' as const, 'missing' as const),
      algorithm,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), client, upload }) },
  { weight: 3, arbitrary: mountOf },
  { weight: 5, arbitrary: getBlobOf },
  { weight: 1, arbitrary: deleteBlobOf },
  { weight: 6, arbitrary: getManifestOf },
  { weight: 2, arbitrary: deleteManifestOf },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('tags' as const),
      client,
      repository,
      n,
      last: fc.option(fc.constantFrom('V1', 'a', 'latest', 'v1'), { nil: undefined }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('catalog' as const),
      client,
      n,
      last: fc.option(fc.constantFrom(...REPOSITORIES, 'm', 'm/a/c', 'z'), { nil: undefined }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('referrers' as const),
      client,
      repository,
      subject: fc.constantFrom(0, 0, 0, 7, 3),
      type: fc.option(fc.constantFrom(...ARTIFACT_TYPES), { nil: undefined }),
      n,
    }),
  },
);

/** Requests that take effect at one moment, whatever runs beside them; few names, so that they meet. */
export const atomicOperations: fc.Arbitrary<Operation> = fc
  .oneof(
    { weight: 3, arbitrary: pushOf },
    { weight: 4, arbitrary: putOf },
    { weight: 2, arbitrary: getBlobOf },
    { weight: 2, arbitrary: getManifestOf },
    { weight: 1, arbitrary: deleteBlobOf },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('delete manifest' as const), client, repository, by: fc.record({ tag }) }),
    },
    { weight: 2, arbitrary: mountOf },
  )
  .map((operation) => narrowed(operation));

function narrowed(operation: Operation): Operation {
  switch (operation.kind) {
    case 'push':
    case 'get blob':
    case 'delete blob':
      return { ...operation, repository: 'm/a', blob: 1 + (operation.blob % 2), algorithm: 'sha256' };
    case 'mount':
      return { ...operation, repository: 'm/a/b', blob: 1 + (operation.blob % 2), algorithm: 'sha256', from: 'm/a' };
    case 'put manifest':
      return { ...operation, repository: 'm/a', manifest: operation.manifest % 2, by: 'tag', tags: ['latest'] };
    case 'get manifest': {
      const by = 'tag' in operation.by ? { tag: 'latest' } : { ...operation.by, algorithm: 'sha256' as const };
      // What the client says that it has is decided when it asks, which here is before what runs beside it.
      return { ...operation, repository: 'm/a', by, known: false };
    }
    case 'delete manifest':
      return { ...operation, repository: 'm/a', by: { tag: 'latest' } };
    default:
      return operation;
  }
}
