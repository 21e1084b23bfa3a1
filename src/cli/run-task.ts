/**
 * Runs a maintenance task for a command: lines for a person, with a line of progress on a terminal, or lines of JSON for a
 * program. The first SIGINT or SIGTERM lets what is under way end; a second one ends the process. Nobody being left to read
 * the lines (`| head`) is as good as the first.
 */
import { visible, visibleJson } from '../core/visible.js';
import { type Progress, runTask, type Tally, type TaskReport } from '../maintenance/run.js';
import type { Action, Outcome, Task } from '../maintenance/task.js';
import { bytesText, countText, spanText } from './amounts.js';
import { EXIT } from './exit-codes.js';
import { explain, reasonFor } from './explain.js';
import { barText } from './progress-bar.js';
import { createProgressLine } from './progress-line.js';

/** How a command wants its task to be run. */
export interface TaskCommand<A extends Action> {
  readonly dryRun?: boolean;
  readonly json?: boolean;
  /** What a plan before has come to, so that progress is a part of it. */
  readonly total?: Tally;
  /** Prints no line for what goes as planned; for tasks of very many actions. */
  readonly quiet?: boolean;
  /** An action in a line; what, bytes and reason when it is not given. */
  readonly line?: (action: A) => string;
}

/** Runs the task, prints, and sets the exit code: 1 when something failed, or the run did not come to its end. */
export async function runTaskCommand<O, A extends Action>(
  task: Task<O, A>,
  options: O,
  { dryRun = false, json = false, quiet = false, total, line = lineOf }: TaskCommand<A> = {},
): Promise<TaskReport> {
  const progress = createProgressLine();
  const print = (text: string): void => progress.around(() => console.log(visible(text)));
  const printJson = (value: object): void => console.log(visibleJson(JSON.stringify(value)));
  const stopping = stopEarly();
  const report = await runTask(task, options, {
    dryRun,
    signal: stopping.signal,
    onPlanned(action) {
      if (!dryRun) return;
      if (json) printJson({ action });
      else if (!quiet) print(line(action));
    },
    onOutcome(action, outcome) {
      if (json) printJson({ action, outcome: outcome.kind, ...detailOf(outcome) });
      else if (!quiet || outcome.kind === 'failed') print(`${outcome.kind.padEnd(6)}  ${line(action)}${reasonOf(outcome)}`);
    },
    onFinding(finding) {
      if (json) printJson({ finding });
      else progress.around(() => console.error(visible(`lading: ${finding.message}: ${finding.path}`)));
    },
    ...(json ? {} : { onProgress: (now) => progress.show(total ? barText(now, total) : progressText(now, task.unit)) }),
  }).finally(stopping.done);
  progress.clear();
  if (json) printJson({ report: { ...report, ...('error' in report ? { error: explain(report.error) } : {}) } });
  else console.log(summaryOf(report, task.unit));
  if (report.end === 'broken' && !json) console.error(`lading: ${explain(report.error)}`);
  if (report.end !== 'whole' || report.failed.count > 0) process.exitCode = EXIT.failure;
  return report;
}

/** Plans without a line for each action: for the total by which progress is measured. Stopped by signals as a run is. */
export async function measureTask<O, A extends Action>(task: Task<O, A>, options: O): Promise<TaskReport> {
  const progress = createProgressLine();
  const stopping = stopEarly();
  const report = await runTask(task, options, {
    dryRun: true,
    signal: stopping.signal,
    onProgress: (now) => progress.show(progressText(now, task.unit)),
  }).finally(stopping.done);
  progress.clear();
  return report;
}

function lineOf({ what, bytes, reason }: Action): string {
  return `${what}  ${bytesText(bytes)}  ${reason}`;
}

function detailOf(outcome: Outcome): object {
  if (outcome.kind === 'left') return { why: outcome.why };
  return outcome.kind === 'failed' ? { error: reasonFor(outcome.error) } : {};
}

function reasonOf(outcome: Outcome): string {
  if (outcome.kind === 'left') return `: ${outcome.why}`;
  return outcome.kind === 'failed' ? `: ${reasonFor(outcome.error)}` : '';
}

function summaryOf(report: TaskReport, unit: readonly [string, string]): string {
  const { dryRun, planned, done, left, failed, findings, end, durationMs } = report;
  const parts = dryRun
    ? [`would do ${countText(planned.count, unit)}, ${bytesText(planned.bytes)}`, 'nothing was changed']
    : [`${countText(done.count, unit)} done, ${bytesText(done.bytes)}`, `${left.count} left`, `${failed.count} failed`];
  if (findings > 0) parts.push(`${findings} found odd and left`);
  if (end !== 'whole') parts.push(end === 'stopped' ? 'stopped before the end' : 'the plan could not be finished');
  return `${parts.join('; ')}; in ${spanText(durationMs)}`;
}

function progressText({ doing, planned, done, left, failed, bytes }: Progress, unit: readonly [string, string]): string {
  const ended = done.count + left.count + failed.count;
  const worked = bytes > 0 ? `, ${bytesText(bytes)}` : '';
  return `${ended} of ${countText(planned.count, unit)}, ${bytesText(planned.bytes)}${worked}${doing && `: ${doing}`}`;
}

function stopEarly() {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.failure);
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, stop);
  // Stays when the run has ended: the last lines may be those that nobody reads.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exitCode = EXIT.failure;
    controller.abort();
  });
  return {
    signal: controller.signal,
    done: (): void => {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}
