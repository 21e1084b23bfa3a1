/** Orders of steps: all of them where they are few, random ones where they are many. */
import type { StorageDriver } from '../../../src/driver/driver.js';
import { createMemoryDriver } from '../../../src/driver/memory/driver.js';
import { randomFrom } from '../../support/random.js';
import { pathOf } from '../../support/stored-paths.js';
import { type Choose, type Option, runActors, type Script } from './scheduler.js';

/** One run of a scenario: its actors, and the check of what they have been told. */
export interface Run {
  readonly scripts: Readonly<Record<string, Script>>;
  /** Is told what actors write. */
  onWrite(path: string): void;
  /** What is wrong at the end; undefined when nothing is. */
  verdict(): Promise<string | undefined>;
}

/** A scenario: what is in the store before, and what goes on then. */
export interface Scenario {
  readonly before: ReadonlyMap<string, Buffer>;
  start(store: StorageDriver): Run;
}

/** What an exploration has seen. */
export interface Exploration {
  readonly runs: number;
  readonly states: number;
  /** The first run that broke a promise. */
  readonly violation: { readonly why: string; readonly trace: readonly string[] } | undefined;
}

/** All orders of steps, and with `crashes` the death of so many actors at any step. Orders that come to the same are one. */
export async function exploreAll(
  scenario: Scenario,
  { crashes = 0, maxRuns = 5_000 } = {},
): Promise<Exploration & { readonly complete: boolean }> {
  const seen = new Set<string>();
  const waiting: (readonly number[])[] = [[]];
  let runs = 0;
  for (let prefix = waiting.pop(); prefix !== undefined && runs < maxRuns; prefix = waiting.pop()) {
    const taken: number[] = [];
    const given = prefix;
    const violation = await runOnce(scenario, crashes, async (options, state) => {
      const forced = given[taken.length];
      if (forced === undefined) {
        const key = await state();
        if (seen.has(key)) return undefined;
        seen.add(key);
        for (let other = options.length - 1; other > 0; other--) waiting.push([...taken, other]);
      }
      taken.push(forced ?? 0);
      return forced ?? 0;
    });
    runs++;
    if (violation) return { runs, states: seen.size, violation, complete: false };
  }
  return { runs, states: seen.size, violation: undefined, complete: waiting.length === 0 };
}

/** Random orders, the same for the same seed. */
export async function exploreSome(scenario: Scenario, { seed = 1, runs = 200, crashes = 0 } = {}): Promise<Exploration> {
  const random = randomFrom(seed);
  for (let run = 1; run <= runs; run++) {
    let last = '';
    const choose = async (options: readonly Option[]): Promise<number> => {
      // In bursts, or nobody would come far before the others have seen it; and deaths are rare.
      const again = options.findIndex(({ kind, actor }) => kind === 'step' && actor === last);
      let index = Math.floor(random() * options.length);
      if (options[index]?.kind === 'crash' && random() > 0.1) index = 0;
      if (again >= 0 && random() < 0.7) index = again;
      last = options[index]?.actor ?? '';
      return index;
    };
    const violation = await runOnce(scenario, crashes, choose);
    if (violation) return { runs: run, states: 0, violation };
  }
  return { runs, states: 0, violation: undefined };
}

/** As `Choose`, with the whole state of the run: what it says decides what can happen from there. */
type ChooseByState = (options: readonly Option[], state: () => Promise<string>) => Promise<number | undefined>;

async function runOnce(scenario: Scenario, crashes: number, choose: ChooseByState): Promise<Exploration['violation']> {
  const store = createMemoryDriver();
  for (const [path, content] of scenario.before) await store.put(pathOf(path), content);
  const run = scenario.start(store);
  const trace: string[] = [];
  const traced: Choose = async (options, logs) => {
    const chosen = await choose(options, async () => normalized(`${await stateOf(store)}\n${logs()}`));
    const option = chosen === undefined ? undefined : options[chosen];
    if (option) trace.push(`${option.actor}: ${option.kind === 'crash' ? 'dies before ' : ''}${option.label}`);
    return chosen;
  };
  const ended = await runActors(store, run.scripts, traced, { crashes, onWrite: run.onWrite });
  const why = ended ? await run.verdict() : undefined;
  return why === undefined ? undefined : { why, trace };
}

/** All that is in a store, by path. */
export async function snapshotOf(store: StorageDriver): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for await (const page of store.walk(pathOf(''))) {
    for (const entry of page) found.set(entry.path, await store.read(entry.path));
  }
  return found;
}

async function stateOf(store: StorageDriver): Promise<string> {
  return [...(await snapshotOf(store))].map(([path, content]) => `${path} ${content.toString('latin1')}`).join('\n');
}

/** Names made of time and chance are the same in all runs. */
function normalized(text: string): string {
  return text
    .replaceAll(/\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{16}/g, 'ENTRY')
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UPLOAD')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z/g, 'TIME');
}
