/** Specs of the earlier forms, of repositories whose names are full of the words that parts of a repository are called by. */
import fc from 'fast-check';
import { type Digest, isContentDigest, tarsumOf } from '../../../src/core/digest.js';
import { isRepositoryName, isUploadId } from '../../../src/core/reference.js';
import { AGES, type Age, type AgedSpec } from '../../../src/paths/ages/ages.js';
import type { Layout, Row, Variable } from '../../../src/paths/layout.js';
import type { Shape } from '../../../src/paths/variables.js';
import { contentDigests, digests, known, repositoryNames } from '../../core/arbitraries.js';
import { VALUES } from '../generated.js';

const HEX = 'ab'.repeat(32);
const UUID = '302c4430-9ea6-4922-a4c9-fd10b586b057';
const WORDS = [
  ...['layers', 'manifests', 'uploads', 'tags', 'revisions', 'signatures', 'current', 'index', 'link', 'data', 'startedat'],
  ...['tarsum', 'v1', 'sha256', 'ab', HEX, UUID, 'a', 'blob', 'layerindex'],
];

const treacherousNames = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join('/'))
  .filter((name) => name.length <= 255)
  .map((name) => known(isRepositoryName, name));

const tarsums: fc.Arbitrary<Digest> = digests.filter((digest) => tarsumOf(digest) !== undefined);

const SHAPED: { readonly [S in Shape]: fc.Arbitrary<unknown> } = {
  open: fc.oneof(treacherousNames, repositoryNames),
  tarsum: tarsums,
  tarsumBlob: tarsums,
  hashBlob: contentDigests.filter(isContentDigest),
  uuid: fc.oneof(fc.constant(UUID), fc.uuid()).map((id) => known(isUploadId, id)),
};

/** The words again, where they are a tag. */
const treacherousTags = fc.oneof(fc.constantFrom(...WORDS), VALUES.tag);

/** All forms and their kinds of objects. */
export const OBJECTS: readonly (readonly [age: Age, kind: string])[] = Object.entries(AGES).flatMap(([age, { layout }]) =>
  Object.entries(layout as Layout).flatMap(([kind, row]) => (row.type === 'object' ? [[age as Age, kind] as const] : [])),
);

/** Specs of one kind of objects in one form. */
export function specsIn(age: Age, kind: string): fc.Arbitrary<AgedSpec> {
  const row = (AGES[age].layout as Layout)[kind] as Row;
  const values = [...row.path.matchAll(/<(\w+)(?::(\w+))?>/g)].map(([, variable, shape]) => {
    if (shape !== undefined) return [variable, SHAPED[shape as Shape]] as const;
    return [variable, variable === 'tag' ? treacherousTags : VALUES[variable as Variable]] as const;
  });
  return fc
    .record(Object.fromEntries(values), { noNullPrototype: true })
    .map((generated) => ({ age, spec: { kind, ...generated } }) as unknown as AgedSpec);
}

/** Specs of all kinds of objects of all forms. */
export const agedSpecs = fc.constantFrom(...OBJECTS).chain(([age, kind]) => specsIn(age, kind));

/** The path of a spec. */
export function pathIn({ age, spec }: AgedSpec): string {
  const pathFor = AGES[age].pathFor as (kind: string, values: object) => string;
  return pathFor(spec.kind, spec);
}
