/** How commands find their store. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Command } from 'commander';
import { openCommandStore, withStore } from '../../src/cli/store.js';
import { ConfigurationError } from '../../src/config/configuration-error.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('the store of a command', () => {
  it('is the one of --root, or of the configuration', async () => {
    const { path, remove } = await temporaryFolder();
    const file = `${path}/config.yml`;
    writeFileSync(file, `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${path}\n`);
    for (const [argument, root] of [
      [undefined, path],
      [file, undefined],
    ] as const) {
      const { folder, registry } = await openCommandStore(argument, root === undefined ? {} : { root }, 'reading');
      assert.equal(folder, path);
      await registry.ready();
      await registry.close();
    }
    await remove();
  });

  it('is named behind what the command has of its own', async () => {
    const seen: unknown[] = [];
    const command = withStore(new Command('signatures').argument('<name>')).action((...all: unknown[]) => {
      seen.push(...all.slice(0, 3));
    });
    await command.parseAsync(['app:1', 'config.yml', '--root', 'x'], { from: 'user' });
    assert.deepEqual(seen, ['app:1', 'config.yml', { root: 'x' }]);
  });

  it('is refused, and not made, where there is none', async () => {
    const { path, remove } = await temporaryFolder();
    writeFileSync(`${path}/file`, '');
    for (const [root, words] of [
      [`${path}/none`, /^there is no folder .*\/none\. Name the folder of the store with --root/],
      [`${path}/file`, /^this is no folder: .*\/file\./],
      [`${path}/file/below`, /^there is no folder/],
    ] as const) {
      await assert.rejects(
        openCommandStore(undefined, { root }, 'writing'),
        (error) => error instanceof ConfigurationError && words.test(error.message),
      );
    }
    assert.ok(!existsSync(`${path}/none`));
    await remove();
  });

  it('cannot be the memory of another process', async () => {
    const { path, remove } = await temporaryFolder();
    writeFileSync(`${path}/config.yml`, 'version: 0.1\nstorage: inmemory\n');
    await assert.rejects(openCommandStore(`${path}/config.yml`, {}, 'reading'), /^ConfigurationError: storage\.inmemory: /);
    await remove();
  });
});
