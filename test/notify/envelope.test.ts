import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { referencedContent } from '../../src/manifest/referenced.js';
import type { EnvelopeFormat } from '../../src/notify/envelope.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import { announced } from '../../src/registry/wrap/announced.js';
import { openStores } from '../../src/store/stores.js';
import { startServer } from '../http/support.js';
import { notifierTo } from './bench.js';
import { comparable, drive, endsRound } from './drive.js';
import { startReceiver } from './receiver.js';

interface Recorded {
  readonly type: string;
  readonly body: string;
}

const recorded = (name: string): readonly Recorded[] =>
  JSON.parse(readFileSync(new URL(`../../../test/notify/testdata/${name}.json`, import.meta.url), 'utf8')) as Recorded[];

describe('what an endpoint is told', () => {
  const formats: Readonly<Record<EnvelopeFormat, string>> = { v1: 'distribution-2.8', v2: 'distribution-3.1' };
  for (const [format, name] of Object.entries(formats) as [EnvelopeFormat, string][]) {
    it(`is in ${format}, byte for byte but for ids and times, what ${name} tells`, async (test) => {
      const receiver = await startReceiver();
      test.after(() => receiver.close());
      const driver = createMemoryDriver();
      const notifier = notifierTo({ name: 'one', url: receiver.url }, { driver, format, referencesOf: referencedContent });
      const registry = announced(createRegistry(openStores(driver)), notifier.changed);
      const server = await startServer(test, {
        registry,
        announces: { pulled: notifier.pulled },
        settings: { relativeUrls: false },
      });
      notifier.start();
      await drive(server.base, { tagDeletes: false });
      const received = await receiver.until((all) => all.some(endsRound));
      await notifier.close(1000);
      assert.deepEqual(received.map(comparable), recorded(name));
    });
  }
});
