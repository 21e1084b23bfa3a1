/** The way back: a volume that has all that the form of January 2015 needs is brought there by its mapper, and is what it was. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AGES, parseInAges, pathInLinked } from '../../../src/paths/ages/ages.js';
import { ROOT } from '../../../src/paths/layout.js';
import { type OldFiles, oldVolume, releasedFiles } from '../../support/old-volumes/volumes.js';
import { assertFiles } from './bench.js';

const released = AGES.released;
const january = AGES['january-2015'];

/** Each file at the place that another form has for what it is. Fails for one that the first form does not know. */
function mapped(files: OldFiles, place: (path: string) => string | undefined): OldFiles {
  const found: OldFiles = {};
  for (const [path, content] of Object.entries(files)) {
    const to = place(`${ROOT}/${path}`);
    assert.ok(to, path);
    found[to.slice(ROOT.length + 1)] = content;
  }
  return found;
}

const forth = (path: string): string | undefined => {
  const spec = january.parseObject(path);
  return spec && released.pathFor(spec.kind, spec as never);
};

const back = (path: string): string | undefined => {
  const spec = released.parseObject(path);
  return spec && spec.kind in january.layout ? pathInLinked('january-2015', spec.kind as never, spec as never) : undefined;
};

describe('the form of January 2015', () => {
  it('is the released one with other paths, there and back', async () => {
    const old = await oldVolume('january-2015');
    const february = await oldVolume('february-2015');
    const there = mapped(old.files, forth);
    for (const path of Object.keys(there)) assert.equal(parseInAges(`${ROOT}/${path}`)?.age, 'released', path);
    assert.equal(Object.keys(there).length, Object.keys(february.files).length);
    assertFiles(mapped(there, back), old.files);
  });

  it('has a place for all of a released volume of its time, but for links by sha256, which it did not know', async () => {
    const { files } = await oldVolume('february-2015');
    assertFiles(mapped(mapped(files, back), forth), files);
    const migrated = releasedFiles(await oldVolume('january-2015'));
    const placed = Object.keys(migrated).filter((path) => {
      const to = back(`${ROOT}/${path}`);
      return to !== undefined && january.parseObject(to) !== undefined;
    });
    const lost = Object.keys(migrated).filter((path) => !placed.includes(path));
    assert.ok(lost.length > 0 && lost.every((path) => path.includes('/_layers/sha256/')), lost.join(' '));
  });
});
