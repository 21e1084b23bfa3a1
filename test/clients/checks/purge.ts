/** Uploads that docker-registry 2.8 has left are purged by lading, and it serves all else afterwards. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { utimes, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { assertLoaded, load } from '../cargo.js';
import type { Check } from '../check.js';
import { LADING_MAIN } from '../server.js';
import { createVolume } from '../volume.js';

const run = promisify(execFile);
const WEEKS_AGO = new Date(Date.now() - 21 * 24 * 60 * 60 * 1000);

/** The checks. */
export const purge: readonly Check[] = [
  {
    name: 'lading purges the uploads that docker-registry 2.8 left, once they are old, and docker-registry serves the rest',
    async run(world, images) {
      const volume = await createVolume(world);
      const cargo = await volume.with('docker-registry', async (registry) => {
        const loaded = await load(registry, images, 'theirs');
        // A digest that does not fit: 2.8 refuses it and leaves the upload.
        const begun = await fetch(`${registry.url}/v2/${registry.repository('theirs/refused')}/blobs/uploads/`, {
          method: 'POST',
        });
        const location = new URL(begun.headers.get('location') ?? '', registry.url);
        location.searchParams.set('digest', `sha256:${'0'.repeat(64)}`);
        assert.equal((await fetch(location, { method: 'PUT', body: 'content' })).status, 400);
        return loaded;
      });
      const before = await volume.files();
      const uploads = before.filter((path) => path.includes('/_uploads/'));
      const folders = new Set(uploads.map((path) => /.*\/_uploads\/[^/]+/.exec(path)?.[0]));
      assert.equal(folders.size, 2, 'one begun, one refused');
      assert.ok(uploads.some((path) => path.includes('/hashstates/sha256/')));
      const command = async (...options: string[]) =>
        (await run(process.execPath, [LADING_MAIN, 'purge-uploads', '--root', volume.root, ...options])).stdout;
      assert.match(await command(), /^0 uploads done/);
      for (const path of uploads) {
        if (path.endsWith('/startedat')) await writeFile(volume.place(path), WEEKS_AGO.toISOString().replace(/\.\d+/, ''));
      }
      assert.match(await command(), /^0 uploads done/, 'written just now, whatever it says of its start');
      for (const path of uploads) await utimes(volume.place(path), WEEKS_AGO, WEEKS_AGO);
      assert.match(await command('--dry-run'), /^would do 2 uploads/m);
      assert.deepEqual(await volume.files(), before);
      assert.match(await command(), /^2 uploads done/m);
      assert.deepEqual(
        await volume.files(),
        before.filter((path) => !uploads.includes(path)),
      );
      await volume.with('docker-registry', (registry) => assertLoaded(registry, cargo));
      await volume.with('lading', (lading) => assertLoaded(lading, cargo));
    },
  },
];
