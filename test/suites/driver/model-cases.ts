/** Random calls in a row, on the driver and on the model: they must answer the same. With a second driver, both take turns. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { collectPages } from '../../../src/core/pages.js';
import type { StorageDriver } from '../../../src/driver/driver.js';
import { createModel, type Model, type Outcome } from './model.js';
import { appendAll, at, bytes, type On, outcomeOf, TOP } from './store.js';

/** One call: how the model does it, and how the driver. */
interface Step {
  readonly text: string;
  readonly onModel: (model: Model) => Outcome;
  readonly onDriver: (driver: StorageDriver) => Promise<Outcome>;
}

const paths = fc.constantFrom(...['a', 'a/b', 'a/b/c', 'a-b', 'a-b/c', 'ab', 'a.b/c/d', 'x'].map(at));
const contents = fc.constantFrom('', '1', '22', 'other');

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(paths, contents, fc.constantFrom('none', 'absent', 'match'), contents).map(
    ([path, content, kind, match]): Step => ({
      text: `put ${path} ${content} ${kind} ${match}`,
      onModel: (model) =>
        model.put(path, content, kind === 'absent' ? { ifAbsent: true } : kind === 'match' ? { ifMatch: match } : {}),
      onDriver: (driver) =>
        driver.put(path, bytes(content), {
          volatile: true,
          ...(kind === 'absent' ? { ifAbsent: true } : kind === 'match' ? { ifMatch: bytes(match) } : {}),
        }),
    }),
  ),
  fc.tuple(paths, fc.constantFrom<number | 'end'>('end', 0, 1, 2), contents).map(
    ([path, offset, content]): Step => ({
      text: `append ${path} at ${offset} ${content}`,
      onModel: (model) => model.append(path, offset, content),
      async onDriver(driver) {
        const size = offset === 'end' ? await driver.appended(path).catch(() => 0) : offset;
        await appendAll(driver, path, size, bytes(content));
      },
    }),
  ),
  fc.tuple(paths, paths).map(
    ([from, to]): Step => ({
      text: `move ${from} ${to}`,
      onModel: (model) => model.move(from, to),
      onDriver: (driver) => driver.move(from, to),
    }),
  ),
  fc.tuple(paths, fc.option(contents, { nil: undefined })).map(
    ([path, match]): Step => ({
      text: `remove ${path} ${match}`,
      onModel: (model) => model.remove(path, match),
      onDriver: (driver) => driver.remove([path], match === undefined ? {} : { ifMatch: bytes(match) }),
    }),
  ),
  paths.map(
    (path): Step => ({
      text: `removeFolder ${path}`,
      onModel: (model) => model.removeFolder(path),
      onDriver: (driver) => driver.removeFolder(path),
    }),
  ),
  paths.map(
    (path): Step => ({
      text: `removeTree ${path}`,
      onModel: (model) => model.removeTree(path),
      onDriver: (driver) => driver.removeTree(path, { volatile: true }),
    }),
  ),
  paths.map(
    (path): Step => ({
      text: `makeFolder ${path}`,
      onModel: (model) => model.makeFolder(path),
      onDriver: (driver) => driver.makeFolder(path),
    }),
  ),
  paths.map(
    (path): Step => ({
      text: `read ${path}`,
      onModel: (model) => model.read(path),
      onDriver: async (driver) => (await driver.read(path)).toString(),
    }),
  ),
  paths.map(
    (path): Step => ({
      text: `list ${path}`,
      onModel: (model) => model.list(path),
      onDriver: async (driver) =>
        (await collectPages(driver.list(path))).map((entry) => (entry.folder ? `${entry.path}/` : `${entry.path}=${entry.size}`)),
    }),
  ),
);

async function walkOf(driver: StorageDriver): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await collectPages(driver.walk(TOP))) found.push(`${entry.path}=${await driver.read(entry.path)}`);
  return found;
}

export function modelCases(on: On): void {
  it(
    'answers every row of calls as the model does',
    on(async ({ driver, second = driver }) => {
      if (!driver.features.folders) return;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(steps, fc.boolean()), { maxLength: 25 }), async (row) => {
          await driver.removeTree(TOP, { volatile: true });
          const model = createModel();
          for (const [i, [{ onModel, onDriver }, other]] of row.entries()) {
            const told = `${row
              .slice(0, i + 1)
              .map(([step, which]) => `${which ? 'second ' : ''}${step.text}`)
              .join('\n')}`;
            assert.deepEqual(await outcomeOf(onDriver(other ? second : driver)), onModel(model), told);
            assert.deepEqual(await walkOf(driver), model.walk(TOP), told);
          }
        }),
        { numRuns: 40 },
      );
    }),
  );
}
