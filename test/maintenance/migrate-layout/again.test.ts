/** Copies into a store that has something already: of a run before, or of its own. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMemoryDriver } from '../../../src/driver/memory/driver.js';
import { ROOT } from '../../../src/paths/layout.js';
import { layerOf } from '../../support/old-volumes/images.js';
import { type OldFiles, oldVolume, releasedFiles } from '../../support/old-volumes/volumes.js';
import { assertFiles, filesIn, migrate, storeWith } from './bench.js';

const hexOf = (digest: string): string => digest.slice(digest.indexOf(':') + 1);
const blobOf = (digest: string) => `blobs/sha256/${hexOf(digest).slice(0, 2)}/${hexOf(digest)}/data`;

describe('a migration into a store that has something already', () => {
  it('brings a signature that a run before could not, or that came later', async () => {
    for (const form of ['january-2015', 'february-2015'] as const) {
      const volume = await oldVolume(form, { names: ['a'] });
      const [damaged, late] = volume.images[0]?.signed.blocks.map(({ digest }) => digest) ?? [];
      const first: OldFiles = { ...volume.files, [blobOf(damaged ?? '')]: '{}' };
      for (const path of Object.keys(first)) if (path.includes(`/signatures/sha256/${hexOf(late ?? '')}`)) delete first[path];
      const other = createMemoryDriver();
      await migrate(await storeWith(first), other);
      const { report, findings } = await migrate(await storeWith(volume.files), other);
      assert.deepEqual([report.failed.count, findings], [0, []]);
      assertFiles(await filesIn(other), releasedFiles(volume));
    }
  });

  it('copies no link by a sha256 or sha512 that leads to other content', async () => {
    const volume = await oldVolume('february-2015', { names: ['a'] });
    const [wrong, none] = [await layerOf('never pushed'), 'c'.repeat(128)];
    const sha256 = volume.images[0]?.layers[0]?.sha256 ?? '';
    const links = [`repositories/a/_layers/sha256/${hexOf(wrong.sha256)}/link`, `repositories/a/_layers/sha512/${none}/link`];
    const files = { ...volume.files };
    // As 2.0 wrote it, so that the content has its canonical place.
    const layer = volume.images[0]?.layers[0];
    files[blobOf(sha256)] = layer?.bytes.toString('latin1') ?? '';
    for (const link of links) files[link] = sha256;
    const other = createMemoryDriver();
    const { failed } = await migrate(await storeWith(files), other);
    assert.deepEqual(
      failed,
      links.map((link) => `${ROOT}/${link}`),
    );
    assertFiles(await filesIn(other), releasedFiles(volume));
  });
});
