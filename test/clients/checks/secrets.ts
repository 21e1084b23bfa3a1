/** After all others: what they have shown to registries, passwords and tokens, stands in no log. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { secretsIn } from '../../support/secrets.js';
import type { Check } from '../check.js';

/** Lines are written 50 ms after they were made, at most. */
const WRITTEN_MS = 500;

/** The check. */
export const secrets: readonly Check[] = [
  {
    name: 'no secret that a client has shown stands in a log of this run',
    async run(world) {
      const shown = [...new Set(world.secrets.flatMap((those) => those()))].filter((secret) => secret.length >= 8);
      await delay(WRITTEN_MS);
      for (const log of world.logs) assert.deepEqual(secretsIn(await readFile(log, 'utf8'), shown), [], log);
    },
  },
];
