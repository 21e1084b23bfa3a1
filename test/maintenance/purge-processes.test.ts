/** Purges by several processes on one folder, while a client in another one comes back to the uploads and pushes. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RepositoryName } from '../../src/core/reference.js';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import { openStores } from '../../src/store/stores.js';
import { run } from '../cli/command.js';
import { lay, look, volumeOf } from '../layout/folder.js';
import { readBlob } from '../suites/registry/case.js';
import { describeBytes } from '../support/images.js';
import { folderInMemory } from '../support/temporary-folder.js';

const CLIENT = fileURLToPath(new URL('./purge-client.js', import.meta.url));
const OLD = new Date('2024-02-29T12:00:00Z');
const UPLOADS = 300;

describe('purges by two processes while a third one goes on with the uploads', () => {
  it('take each upload once or leave it, and lose no blob that was answered with success', async () => {
    const { path: root, remove } = await folderInMemory();
    try {
      const ids = Array.from({ length: UPLOADS }, () => randomUUID() as string);
      for (const id of ids) {
        const files = {
          [`repositories/a/_uploads/${id}/startedat`]: OLD.toISOString(),
          [`repositories/a/_uploads/${id}/data`]: 'old ',
        };
        await lay(root, files);
        for (const file of Object.keys(files)) await utimes(`${volumeOf(root)}/${file}`, OLD, OLD);
      }
      const purge = () => run(['purge-uploads', '--root', root, '--json']);
      const client = promisify(execFile)(process.execPath, [CLIENT, root, JSON.stringify(ids)]);
      const purges = await Promise.all([purge(), purge()]);
      const ended = new Set(JSON.parse((await client).stdout) as string[]);
      let purged = 0;
      for (const { code, out } of purges) {
        assert.equal(code, 0, out);
        const { report } = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as {
          report: { done: { count: number }; end: string };
        };
        assert.equal(report.end, 'whole');
        purged += report.done.count;
      }
      const repository = createRegistry(openStores(await createFsDriver({ root }))).repository('a' as RepositoryName);
      for (const id of ended) {
        assert.equal(await readBlob(repository, describeBytes(`old ${id}`).digest), `old ${id}`);
      }
      // What the client was told is gone may have been given back: then it stands whole. Nothing stands in part.
      const { files } = await look(root);
      const left = new Set(
        Object.keys(files)
          .filter((path) => path.includes('_uploads'))
          .map((path) => path.replace(/\/[^/]+$/, '')),
      );
      for (const folder of left) assert.ok(`${folder}/startedat` in files, folder);
      assert.ok(purged + ended.size + left.size >= UPLOADS, JSON.stringify([purged, ended.size, left.size]));
    } finally {
      await remove();
    }
  });
});
