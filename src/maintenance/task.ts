/**
 * The form of every maintenance task: a plan that changes nothing, and an apply that takes the plan piece by piece. A task
 * is made by a function that closes over what it works on (`createPurgeUploads(inventory)`), so that one may work on the
 * registry's inventory, another on a driver and its paths. `run.ts` runs it, `test/suites/task.ts` checks it.
 */
import type { Clock } from '../core/clock.js';
import type { Pages } from '../core/pages.js';

/** One thing that a task would do. A task may have actions with more to them. */
export interface Action {
  /** What is acted upon, for a person: `upload 302c4430-... of library/app`. */
  readonly what: string;
  /** Where that is in the store. */
  readonly path: string;
  /** Bytes that it is about: those that would be freed, or moved. */
  readonly bytes: number;
  /** Why, as a sentence without its full stop. */
  readonly reason: string;
}

/** What became of one action. */
export type Outcome =
  /** Done; by how many bytes, where that turned out other than planned. */
  | { readonly kind: 'done'; readonly bytes?: number }
  /** Not done and no mistake: it was not needed, or not right any more. */
  | { readonly kind: 'left'; readonly why: string }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Something that a task has found and does nothing about. */
export interface Finding {
  /** What is wrong, as one word or two for machines. */
  readonly what: string;
  readonly path: string;
  /** A sentence for a person. */
  readonly message: string;
}

/** What a task gets from whoever runs it. No call of it throws or waits. */
export interface TaskContext {
  readonly clock: Clock;
  /** Fires when the run is to stop. What is under way may be finished; nothing else is begun. */
  readonly signal: AbortSignal;
  /** Takes what was found and left as it is. */
  found(finding: Finding): void;
  /** Says what is being done now (`reading library/app`), and bytes that were worked through since the last call. */
  progress(step: { readonly doing?: string; readonly bytes?: number }): void;
}

/** A maintenance task. */
export interface Task<O, A extends Action = Action> {
  /** As the command is called: `purge-uploads`. */
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** What its actions are counted in: one of them, and several. */
  readonly unit: readonly [one: string, several: string];
  /** Checks options from outside, and fills in what is missing. A `TypeError` that names the one that is wrong. */
  options(parameters: Readonly<Record<string, unknown>>): O;
  /**
   * What would be done. Changes nothing. Pages are applied in their order, each of them whole before the next is asked for,
   * and what is on one page may be done in any order.
   */
  plan(context: TaskContext, options: O): Pages<A>;
  /**
   * Does what was planned, after another look at each: much may have happened since the plan. Resolves to the outcomes, in
   * the order of the actions; one that fails does not keep the others from being done. Applying the same again is harmless.
   */
  apply(context: TaskContext, actions: readonly A[], options: O): Promise<readonly Outcome[]>;
}
