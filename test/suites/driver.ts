/**
 * What every storage driver must hold, and every wrapper of one: `driverSuite('name', openStore)` in a test file of its own.
 * After each test the store must be empty: no object, no folder, no temporary file, no open descriptor.
 */
import { describe } from 'node:test';
import { abortCases } from './driver/aborts.js';
import { appendCases } from './driver/appending.js';
import { conditionCases } from './driver/conditions.js';
import { contentCases } from './driver/content.js';
import { copyingCases } from './driver/copying.js';
import { listingCases } from './driver/listing.js';
import { modelCases } from './driver/model-cases.js';
import { movingCases, rivalMoveCases } from './driver/moving.js';
import { removalCases } from './driver/removing.js';
import { stampCases } from './driver/stamps.js';
import { type OpenStore, onStore } from './driver/store.js';

/** Runs the suite on a kind of store. */
export function driverSuite(name: string, open: OpenStore): void {
  const on = onStore(open);
  describe(`the driver ${name}`, () => {
    describe('content', () => contentCases(on));
    describe('conditions', () => conditionCases(on));
    describe('lists', () => listingCases(on));
    describe('moving', () => {
      movingCases(on);
      rivalMoveCases(on);
    });
    describe('copying', () => copyingCases(on));
    describe('removing', () => removalCases(on));
    describe('appending', () => appendCases(on));
    describe('stamps and settling', () => stampCases(on));
    describe('aborts', () => abortCases(on));
    describe('against a model', () => modelCases(on));
  });
}
