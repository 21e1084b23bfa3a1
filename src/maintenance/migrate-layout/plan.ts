/**
 * What is to be done with a volume, a page at a time: content first, then each repository in the order of its folders, then
 * the old places. Nothing is kept of what was seen but the page at hand, so a volume of any size is planned in little memory.
 */
import { isContentDigest, tarsumOf } from '../../core/digest.js';
import type { StoragePath } from '../../core/storage-path.js';
import type { Entry, StorageDriver } from '../../driver/driver.js';
import { AGES, type AgedSpec, parseInAges, pathInLinked } from '../../paths/ages/ages.js';
import { pathFor, rootFolder } from '../../paths/path-for.js';
import type { TaskContext } from '../task.js';
import { CONTENT_OF_2014, foldersOfOldContent, hasAny, INDEX_OF_2014 } from './old-places.js';
import { readDigest, readIfThere, type Sides, sizeIfThere } from './sides.js';
import type { Step, StepKind } from './step.js';

/** Steps of a page. */
const PAGE = 1000;

/** The steps of a migration. Pages hold steps of one kind, so that what comes later may rely on what came before. */
export async function* planSteps(sides: Sides, context: TaskContext): AsyncGenerator<readonly Step[]> {
  let some = false;
  for await (const page of pagesOf(allSteps(sides, context))) {
    some = true;
    yield page;
  }
  if (some || (await hasLeftovers(sides))) yield [sweepStep()];
}

async function* pagesOf(steps: AsyncIterable<Step>): AsyncGenerator<readonly Step[]> {
  let page: Step[] = [];
  for await (const step of steps) {
    if (page.length === PAGE || (page[0] && !mayStandWith(page[0].step, step.step))) {
      yield page;
      page = [];
    }
    page.push(step);
  }
  if (page.length > 0) yield page;
}

/** What a tag names brings its entry of the index along, so the two need not wait for one another. */
function mayStandWith(one: StepKind, other: StepKind): boolean {
  const isOfTag = (step: StepKind): boolean => step === 'current' || step === 'index';
  return one === other || (isOfTag(one) && isOfTag(other));
}

async function* allSteps(sides: Sides, context: TaskContext): AsyncGenerator<Step> {
  for (const folder of await foldersOfContent(sides)) yield* stepsBelow(sides, context, folder);
  yield* stepsBelow(sides, context, AGES['november-2014'].pathFor('layerIndexes', {}));
  yield* stepsBelow(sides, context, pathFor('repositories', {}));
  if (!sides.inPlace) yield* stepsBelow(sides, context, pathFor('keys', {}));
  tellUnknown(context, await topFolders(sides.source));
}

/** Within a store, only content that is known by a tarsum has another place to go to. */
async function foldersOfContent({ source, inPlace }: Sides): Promise<readonly StoragePath[]> {
  return inPlace ? foldersOfOldContent(source) : [CONTENT_OF_2014, pathFor('blobs', {})];
}

async function* stepsBelow(sides: Sides, context: TaskContext, folder: StoragePath): AsyncGenerator<Step> {
  for await (const page of sides.source.walk(folder, { signal: context.signal })) {
    for (const entry of page) {
      const aged = parseInAges(entry.path);
      if (aged === undefined) {
        context.found({ what: 'not-understood', path: entry.path, message: 'no form of the layout has this; it is left' });
        continue;
      }
      const step = kindOf(aged);
      if (step !== undefined && (await isNeeded(sides, entry, aged))) yield stepFor(step, entry, aged);
    }
    context.progress({ doing: 'looking' });
  }
}

/** What is done with objects of this kind; undefined where something else brings them along, or nothing does. */
function kindOf({ spec }: AgedSpec): StepKind | undefined {
  switch (spec.kind) {
    case 'blobData':
      return 'content';
    case 'layerLink':
      return 'layer';
    case 'revisionLink':
      return 'revision';
    case 'signatureLink':
      return 'signature';
    case 'tagIndexLink':
      return 'index';
    case 'tagCurrent':
      return 'current';
    case 'signedManifest':
      return 'manifest';
    case 'uploadData':
      return 'upload';
    case 'uploadStartedAt':
      return 'begin';
    case 'layerIndex':
    case 'revisionMediaType':
      return undefined;
    default:
      return 'other';
  }
}

async function isNeeded(sides: Sides, { path, size }: Entry, aged: AgedSpec): Promise<boolean> {
  const { source, target, inPlace } = sides;
  const { age, spec } = aged;
  if (spec.kind === 'signatureLink') {
    // Its revision brings it along, while that has to be brought itself.
    const { name, digest } = spec;
    const revision = pathInLinked(age, 'revisionLink', { name, digest });
    if (age === 'released' ? await differs(sides, revision) : (await sizeIfThere(source, revision)) !== undefined) return false;
  }
  if (spec.kind === 'blobData') {
    // What a run before has placed was verified by it.
    if (tarsumOf(spec.blob)) return (await sides.canonicalOf(spec.blob)) === undefined;
    return inPlace || (await sizeIfThere(target, pathFor('blobData', { blob: spec.blob }))) !== size;
  }
  if (age !== 'released') return true;
  if (inPlace) {
    if (spec.kind !== 'layerLink' || !tarsumOf(spec.digest)) return false;
    const held = await readDigest(source, path);
    return held !== undefined && !isContentDigest(held);
  }
  if (spec.kind === 'uploadData') return (await sizeIfThere(target, path)) !== size;
  return differs(sides, path);
}

/** True for a small object that the target does not have, or not like this. */
async function differs({ source, target }: Sides, path: StoragePath): Promise<boolean> {
  const [before, after] = [await readIfThere(source, path), await readIfThere(target, path)];
  return before !== undefined && (after === undefined || !after.equals(before));
}

function stepFor(step: StepKind, { path, size }: Entry, aged: AgedSpec): Step {
  return { step, path, aged, bytes: size, what: whatOf(step, aged), reason: REASONS[aged.age] };
}

const REASONS = {
  'november-2014': 'has the form of November 2014',
  'december-2014': 'has the form of December 2014',
  'january-2015': 'has the form of January 2015',
  released: 'is of the released form',
} as const;

const WORDS: Readonly<Record<StepKind, string>> = {
  content: 'content',
  layer: 'layer',
  revision: 'manifest',
  signature: 'signature',
  index: 'past of the tag',
  current: 'tag',
  manifest: 'manifest of the tag',
  upload: 'bytes of the upload',
  begin: 'upload',
  other: 'object',
  sweep: 'old places',
};

function whatOf(step: StepKind, { spec }: AgedSpec): string {
  const values: Readonly<Record<string, unknown>> = { ...spec };
  const value = ['signature', 'tag', 'digest', 'blob', 'upload'].map((key) => values[key]).find((each) => each !== undefined);
  const word = step === 'other' ? spec.kind : WORDS[step];
  const of = 'name' in spec ? ` of ${spec.name}` : '';
  return `${word}${value === undefined ? '' : ` ${String(value)}`}${of}`;
}

function sweepStep(): Step {
  const reason = 'content has another place, links lead there';
  return { step: 'sweep', path: pathFor('migration', {}), aged: undefined, bytes: 0, what: WORDS.sweep, reason };
}

/** What only a sweep takes away: what runs before remember, and the index of 2014. */
async function hasLeftovers({ target, inPlace }: Sides): Promise<boolean> {
  return (await hasAny(target, pathFor('migration', {}))) || (inPlace && (await hasAny(target, INDEX_OF_2014)));
}

async function topFolders(source: StorageDriver): Promise<readonly Entry[]> {
  const found: Entry[] = [];
  for await (const page of source.list(rootFolder)) found.push(...page);
  return found;
}

/** Other folders at the top are somebody else's, and files where folders belong too. One line tells of each. */
function tellUnknown(context: TaskContext, found: readonly Entry[]): void {
  const { layout } = AGES['november-2014'];
  const known = new Set<string>(['blobs', 'repositories', layout.blobs.path, layout.layerIndexes.path]);
  for (const { name, path, folder } of found) {
    if ((known.has(name) && folder) || name.startsWith('_')) continue;
    context.found({ what: 'not-understood', path, message: 'no form of the layout has this; it is left' });
  }
}
