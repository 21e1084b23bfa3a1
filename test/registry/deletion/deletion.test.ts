/** Safe deletion: in every order of steps, and with a death at every step, what was promised stays whole. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exploreAll, exploreSome } from './explore.js';
import { type Play, type Scene, scenarioOf } from './scenarios.js';
import * as scenes from './scenes.js';

/** Makes a test of all orders of a scene, or of the first `maxRuns` where they are too many. */
function holds<F>(sentence: string, scene: Scene<F>, { takes = true, maxRuns = 4_000 } = {}): void {
  it(sentence, async () => {
    let taken = 0;
    const { violation, complete, states } = await exploreAll(await scenarioOf(scene, { took: () => taken++ }), { maxRuns });
    assert.equal(violation, undefined);
    assert.ok(complete || maxRuns < 4_000, `${states} states were not all`);
    if (takes) assert.ok(taken > 0, 'nothing was ever taken: the scene proves nothing');
  });
}

/** Makes a test of some orders, the same each time. */
function holdsInSome<F>(sentence: string, scene: Scene<F>, { takes = true, runs = 40, crashes = 0 } = {}): void {
  it(sentence, async () => {
    let taken = 0;
    const scenario = await scenarioOf(scene, { took: () => taken++ });
    assert.equal((await exploreSome(scenario, { runs, crashes, seed: 7 })).violation, undefined);
    if (takes) assert.ok(taken > 0, 'nothing was ever taken: the scene proves nothing');
  });
}

/** Makes a test that a broken party is found out. */
function isFound<F>(sentence: string, scene: Scene<F>, play: Play): void {
  it(sentence, async () => {
    const { violation } = await exploreAll(await scenarioOf(scene, play));
    assert.notEqual(violation, undefined);
  });
}

describe('in every order of steps', () => {
  holds('an upload of what lies there as garbage stays whole', scenes.uploadOfGarbage, { maxRuns: 300 });
  holds('a mount of an old blob stays whole', scenes.mountOfOld);
  holds('a manifest that needs an old blob stays whole', scenes.manifestOfOldBlobs);
  holds('a blob that a HEAD has renewed stays whole', scenes.refreshOfOld);
  holds('a blob that comes out of the trash stays whole', scenes.blobOutOfTrash, { takes: false });
  holds('a push by an old alias stays whole', scenes.aliasOfOld, { maxRuns: 300 });
  holds('a mount of an old alias stays whole', scenes.mountOfOldAlias, { maxRuns: 300 });
  holds('a manifest that names an old alias stays whole', scenes.manifestOfOldAlias);
  holds('an alias that comes out of the trash stays whole', scenes.aliasOutOfTrash, { takes: false });
});

describe('in random orders, with a death at any step', () => {
  holdsInSome('an upload stays whole', scenes.uploadOfGarbage, { crashes: 1 });
  holdsInSome('a mount stays whole', scenes.mountOfOld, { crashes: 1 });
  holdsInSome('a manifest stays whole', scenes.manifestOfOldBlobs, { crashes: 1 });
  holdsInSome('a push by a tarsum stays whole', scenes.aliasOfGarbage, { crashes: 1 });
  holdsInSome('two pushes by one tarsum stay whole', scenes.twoAliases, { crashes: 1, runs: 80 });
  holdsInSome('a push by a tarsum stays whole while other content of it goes', scenes.aliasesWhileOneGoes, {
    crashes: 1,
    runs: 80,
  });
  holdsInSome('all that a crowd was promised stays whole', scenes.crowd, { takes: false, crashes: 1 });
});

describe('in random orders', () => {
  holdsInSome('a tag on an old revision stays whole', scenes.tagOfOldRevision);
  holdsInSome('two uploads stay whole between two collections', scenes.twoUploads);
  holdsInSome('a push by an old alias stays whole', scenes.aliasOfOld);
  holdsInSome('a mount of an old alias stays whole', scenes.mountOfOldAlias);
  holdsInSome('a mount stays whole while its source goes', scenes.mountWhileSourceGoes);
  holdsInSome('an image stays whole on its way into the trash and back', scenes.trashAndBack, { takes: false });
  holdsInSome('all that a crowd was promised stays whole', scenes.crowd);
});

describe('the same test finds', () => {
  isFound('a collector that does not mark twice', scenes.mountOfOld, { collector: 'second mark' });
  isFound('a collector that does not say when it begins to delete', scenes.mountOfOld, { collector: 'flip' });
  isFound('a collector that does not read vetoes', scenes.mountOfOld, { collector: 'vetoes' });
  isFound('a mount that does not look', scenes.mountOfOld, { writer: 'does not look' });
  isFound('a mount that writes no veto', scenes.mountOfOld, { writer: 'writes no veto' });
  isFound('an upload that does not look', scenes.uploadOfGarbage, { writer: 'does not look' });
  isFound('a manifest that does not look', scenes.manifestOfOldBlobs, { writer: 'does not look' });
  isFound('a tag that does not look', scenes.tagOfOldRevision, { writer: 'does not look' });
  isFound('a push by a tarsum that does not look', scenes.aliasOfOld, { writer: 'does not look' });
  isFound('a manifest that names an alias and does not look', scenes.manifestOfOldAlias, { writer: 'does not look' });
  isFound('a HEAD that does not look', scenes.refreshOfOld, { writer: 'does not look' });
});
