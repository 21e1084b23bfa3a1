/** One object of an older form, or of a volume that is copied, and what is to be done with it. */
import type { StoragePath } from '../../core/storage-path.js';
import type { AgedSpec } from '../../paths/ages/ages.js';
import type { Action } from '../task.js';

/**
 * Steps in the order in which those of one repository are done: whatever is named comes before what names it. Content
 * comes before all repositories, and the old places are swept after them.
 */
export const STEPS = [
  'content',
  'layer',
  'revision',
  'signature',
  'index',
  'current',
  'manifest',
  'upload',
  'begin',
  'other',
  'sweep',
] as const;

/** Names a kind of step. */
export type StepKind = (typeof STEPS)[number];

/** A planned step. */
export interface Step extends Action {
  readonly step: StepKind;
  readonly path: StoragePath;
  /** What stands there; the sweep is about no object. */
  readonly aged: AgedSpec | undefined;
}

/** Thrown when an object is not as it must be: it stays where it is. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
  /** As the `what` of a finding. */
  readonly what: string;

  constructor(what: string, message: string) {
    super(message);
    this.what = what;
  }
}
