import { isAbort } from '../core/errors.js';
import { createGate } from '../core/gate.js';
import type { Action, Outcome, TaskContext } from './task.js';

/**
 * An `apply` for actions that do not depend on each other: runs the step for each, so many at once. An error is the
 * outcome of its action alone. Once the signal has fired nothing is begun, and what was not begun is left.
 */
export function applyEach<A extends Action>(
  { signal }: TaskContext,
  actions: readonly A[],
  step: (action: A) => Promise<Outcome>,
  width = 1,
): Promise<readonly Outcome[]> {
  const gate = createGate(width);
  const stopped: Outcome = { kind: 'left', why: 'the run was stopped before' };
  return Promise.all(
    actions.map((action) =>
      gate(async (): Promise<Outcome> => {
        if (signal.aborted) return stopped;
        try {
          return await step(action);
        } catch (error) {
          return isStop(error, signal) ? stopped : { kind: 'failed', error };
        }
      }),
    ),
  );
}

/** True for what a signal that has fired makes of whatever heeds it. Its reason may be any error. */
export function isStop(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && (error === signal.reason || isAbort(error));
}
