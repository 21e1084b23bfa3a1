/** helm: a chart, packaged, pushed and pulled. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../check.js';

/** The checks. */
export const helm: readonly Check[] = [
  {
    name: 'helm packages a chart, pushes it, pulls the same file, and renders it from the registry',
    async run(world) {
      const folder = await world.folder('helm');
      await world.run('helm', ['create', 'demo'], { cwd: folder });
      await world.run('helm', ['package', 'demo', '--version', '1.2.3+build.4'], { cwd: folder });
      const file = 'demo-1.2.3+build.4.tgz';
      const remote = `oci://${world.image('helm')}`;
      await world.run('helm', ['push', '--plain-http', file, remote], {
        cwd: folder,
      });
      const back = await world.folder('back');
      await world.run('helm', ['pull', '--plain-http', `${remote}/demo`, '--version', '1.2.3+build.4', '--destination', back]);
      assert.ok((await readFile(join(back, file))).equals(await readFile(join(folder, file))));
      const shown = await world.text('helm', ['show', 'chart', '--plain-http', `${remote}/demo`]);
      assert.match(shown, /^version: 1\.2\.3\+build\.4$/m);
    },
  },
];
