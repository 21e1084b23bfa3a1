/** Generated values for every variable of the layout, and with them paths of every kind. */
import fc from 'fast-check';
import { type Kind, LAYOUT, type Variable } from '../../src/paths/layout.js';
import type { PathSpec } from '../../src/paths/parse-path.js';
import { pathFor, type ValuesFor } from '../../src/paths/path-for.js';
import type { Values } from '../../src/paths/variables.js';
import { digests, repositoryNames, tags, textOf, uploadIds } from '../core/arbitraries.js';

const ALPHANUMERIC = [...'abcXYZ019'];

const entries = fc
  .tuple(textOf(ALPHANUMERIC, 1, 1), textOf([...ALPHANUMERIC, '.', '_', '-'], 0, 60))
  .map(([first, rest]) => first + rest);

/** Values of each variable. */
export const VALUES: { readonly [V in Variable]: fc.Arbitrary<Values[V]> } = {
  name: repositoryNames,
  tag: tags,
  digest: digests,
  blob: digests,
  signature: digests,
  subject: digests,
  upload: uploadIds,
  algorithm: fc.constantFrom('sha256', 'sha512'),
  offset: fc.maxSafeNat(),
  entry: entries,
  document: entries,
  veto: entries,
  endpoint: entries,
  worker: entries,
};

/** Every kind of the layout. */
export const KINDS = Object.keys(LAYOUT) as Kind[];

/** The variables of a kind's template, in their order. */
export function variablesOf(kind: Kind): readonly Variable[] {
  return [...LAYOUT[kind].path.matchAll(/<(\w+)>/g)].map((match) => match[1] as Variable);
}

/** Specs of one kind. */
export function specsOf(kind: Kind): fc.Arbitrary<PathSpec> {
  const values = Object.fromEntries(variablesOf(kind).map((variable) => [variable, VALUES[variable]]));
  return fc.record(values, { noNullPrototype: true }).map((generated) => ({ kind, ...generated }) as PathSpec);
}

/** Specs of all kinds. */
export const specs: fc.Arbitrary<PathSpec> = fc.constantFrom(...KINDS).chain(specsOf);

/** The path of a spec. */
export function pathOf(spec: PathSpec): string {
  const values: unknown = spec;
  return pathFor(spec.kind, values as ValuesFor<Kind>);
}
