/**
 * The forms that the layout had before docker/distribution 2.0, each with its mapper, and the way from a path to the form
 * that it is of. They may lie side by side in one volume: a form is not told from the volume but from each path, whole.
 */
import type { StoragePath } from '../../core/storage-path.js';
import { LAYOUT } from '../layout.js';
import { createMapper, type Mapper, type ObjectSpec, type ValuesIn } from '../mapper.js';
import { DECEMBER_2014 } from './december-2014.js';
import { JANUARY_2015 } from './january-2015.js';
import { NOVEMBER_2014 } from './november-2014.js';

/** All forms, the oldest first. */
export const AGES = {
  'november-2014': createMapper(NOVEMBER_2014),
  'december-2014': createMapper(DECEMBER_2014),
  'january-2015': createMapper(JANUARY_2015),
  released: createMapper(LAYOUT),
} as const;

/** Names a form. */
export type Age = keyof typeof AGES;

/** What an object is, and in which form. */
export type AgedSpec = { [A in Age]: { readonly age: A; readonly spec: ObjectSpec<(typeof AGES)[A]['layout']> } }[Age];

const NEWEST_FIRST = ['released', 'january-2015', 'december-2014', 'november-2014'] as const satisfies readonly Age[];

/**
 * What an object at the path is; undefined when no form has one there. Forms share a place only where it means the same in
 * both (the manifests of tags, uploads, the content of blobs since January 2015), and then the newer form is named.
 */
export function parseInAges(path: string): AgedSpec | undefined {
  for (const age of NEWEST_FIRST) {
    const spec = AGES[age].parseObject(path);
    if (spec) return { age, spec } as AgedSpec;
  }
  return undefined;
}

/** The path of a kind that the form of January 2015 has, there or in the released form, which has all of them too. */
export function pathInLinked<K extends keyof typeof JANUARY_2015>(
  age: Age,
  kind: K,
  values: ValuesIn<typeof JANUARY_2015, K>,
): StoragePath {
  const released = AGES.released.pathFor as Mapper<typeof JANUARY_2015>['pathFor'];
  return age === 'released' ? released(kind, values) : AGES['january-2015'].pathFor(kind, values);
}
