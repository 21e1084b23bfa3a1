/**
 * Brings a volume of any earlier form, or of several, to the released one: in its place by renames, or into another store by
 * copies. Nothing gets a place before it was verified, a link is written after what it names, and what is old goes last: so a
 * run may be killed at any moment and begun again.
 */
import { isNotFound } from '../../driver/driver.js';
import { pathFor } from '../../paths/path-for.js';
import { applyEach } from '../apply-each.js';
import type { Outcome, Task, TaskContext } from '../task.js';
import { bring } from './bring.js';
import { placeContent } from './content.js';
import { migrateCurrent, migrateIndex, migrateLayer, migrateRevision, migrateSignature } from './links.js';
import { migrateManifest } from './manifest.js';
import { planSteps } from './plan.js';
import { createSides, type MigrationStore, type Sides, sizeIfThere } from './sides.js';
import { type Step, Unfit } from './step.js';
import { sweep } from './sweep.js';

/** The options: none. */
export type MigrateLayoutOptions = Readonly<Record<string, never>>;

/** Steps at once. Content is bound by the processor and the disk, links by the syncs of the disk. */
const WIDTH = { content: 2, other: 8 } as const;

/** The task. Both stores must have nobody else at work on them. Without a target it works within the source. */
export function createMigrateLayout(source: MigrationStore, target?: MigrationStore): Task<MigrateLayoutOptions, Step> {
  const sides = createSides(source, target);
  /** Links that could not be written lead to the old places. */
  let failures = 0;

  const apply = async (context: TaskContext, step: Step): Promise<Outcome> => {
    context.progress({ doing: step.what });
    if (step.step === 'sweep') {
      if (failures > 0) return { kind: 'left', why: `other steps have failed (${failures}); run it again` };
      await sweep(sides, context);
      return { kind: 'done' };
    }
    try {
      await take(sides, context, step);
      return { kind: 'done' };
    } catch (error) {
      // What is damaged keeps nothing else from being done, and the rest of its kind stays where it is with it.
      if (error instanceof Unfit) return { kind: 'failed', error: new Error(`${error.message}: ${step.path}`, { cause: error }) };
      if (isNotFound(error) && (await sizeIfThere(sides.source, step.path)) === undefined)
        return { kind: 'left', why: 'it is gone' };
      failures++;
      throw error;
    }
  };

  return {
    name: 'migrate-layout',
    summary: 'brings volumes of 2014 and 2015 to the layout of docker/distribution 2.0',
    unit: ['step', 'steps'],
    options: () => ({}),
    plan: (context) => planSteps(sides, context),
    apply: (context, steps) => {
      const width = steps.some(({ step }) => step === 'content') ? WIDTH.content : WIDTH.other;
      return applyEach(context, steps, (step) => apply(context, step), width);
    },
  };
}

async function take(sides: Sides, context: TaskContext, { path, aged }: Step): Promise<void> {
  if (aged === undefined) return;
  const { spec } = aged;
  switch (spec.kind) {
    case 'blobData':
      return placeContent(sides, context, path, spec.blob, aged.age !== 'released');
    case 'layerLink':
      return migrateLayer(sides, context, path, spec.name, spec.digest);
    case 'revisionLink':
      return migrateRevision(sides, context, path, aged.age, spec.name, spec.digest);
    case 'signatureLink':
      return migrateSignature(sides, path, spec.name, spec.digest, spec.signature);
    case 'tagIndexLink':
      return migrateIndex(sides, path, spec.name, spec.tag, spec.digest);
    case 'tagCurrent':
      return migrateCurrent(sides, context, path, aged.age, spec.name, spec.tag);
    case 'signedManifest':
      return migrateManifest(sides, context, path, spec.name, spec.tag);
    case 'uploadData':
    case 'uploadStartedAt':
      return bring(sides, path, pathFor(spec.kind, spec));
    default:
      return bring(sides, path, path);
  }
}
