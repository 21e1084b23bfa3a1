/** Objects of 5 GiB on a folder: sparse files, so that they take no room. */
import assert from 'node:assert/strict';
import { open, truncate } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { appendAll, at, bytes, drain, pieces } from '../suites/driver/store.js';
import { onFolder } from './fs-store.js';

const GIB = 1024 ** 3;
const SIZE = 5 * GIB;

/** Makes a file of 5 GiB at the path, with a word in it beyond 4 GiB. */
async function makeSparse(file: string): Promise<void> {
  await truncate(file, SIZE);
  const handle = await open(file, 'r+');
  await handle.write('here', 4 * GIB + 5);
  await handle.close();
}

describe('an object of 5 GiB on a folder', () => {
  it('has its size, gives ranges beyond 4 GiB, and moves', () =>
    onFolder(async (driver, root) => {
      await driver.put(at('a'), bytes(''));
      await makeSparse(`${root}${at('a')}`);
      assert.equal((await driver.stat(at('a'))).size, SIZE);
      await driver.move(at('a'), at('to/b'));
      const reader = await driver.open(at('to/b'), { range: { start: 4 * GIB + 3, end: 4 * GIB + 11 } });
      assert.equal(reader.size, SIZE);
      assert.equal((await drain(reader)).toString(), '\0\0here\0\0');
      const end = await driver.open(at('to/b'), { range: { start: SIZE - 2, end: SIZE + 100 } });
      assert.equal((await drain(end)).length, 2);
    }));

  it('is gone on with beyond 4 GiB', () =>
    onFolder(async (driver, root) => {
      const started = await driver.append(at('u/data'), 0);
      await started.close();
      await makeSparse(`${root}${at('u/data')}`);
      assert.equal(await driver.appended(at('u/data')), SIZE);
      const writer = await driver.append(at('u/data'), SIZE);
      await writer.write(pieces('more'));
      await writer.close();
      await appendAll(driver, at('u/data'), SIZE + 4, bytes(' and more'));
      const reader = await driver.open(at('u/data'), { range: { start: SIZE - 1, end: SIZE + 20 } });
      assert.equal(reader.size, SIZE + 13);
      assert.equal((await drain(reader)).toString(), '\0more and more');
    }));
});
