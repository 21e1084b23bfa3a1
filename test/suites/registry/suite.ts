/** What every registry must do, whatever it is built on or wrapped in. */
import { describe } from 'node:test';
import { blobCases } from './blobs.js';
import { casesOn, type DefineCase, type OpenStore } from './case.js';
import { catalogCases } from './catalog.js';
import { foundSignatureCases } from './found-signatures.js';
import { manifestCases } from './manifests.js';
import { nativeTarsumCases } from './native-tarsums.js';
import { oldVolumeCases } from './old-volumes.js';
import { referrerCases } from './referrers.js';
import { signatureFactsCases } from './signature-facts.js';
import { signatureCases } from './signatures.js';
import { tagCases } from './tags.js';
import { tarsumCases } from './tarsums.js';
import { trashCases } from './trash.js';
import { uploadCases } from './uploads.js';

const TOPICS: Readonly<Record<string, (define: DefineCase) => void>> = {
  blobs: blobCases,
  uploads: uploadCases,
  manifests: manifestCases,
  tags: tagCases,
  referrers: referrerCases,
  catalog: catalogCases,
  trash: trashCases,
  'schema 1': signatureCases,
  'schema 1, told': signatureFactsCases,
  'schema 1, found': foundSignatureCases,
  'old volumes': oldVolumeCases,
  tarsum: tarsumCases,
  'tarsum of 2015': nativeTarsumCases,
};

/** Runs the suite on stores opened by `open`, a fresh one for each test. */
export function registrySuite(name: string, open: OpenStore): void {
  for (const [topic, cases] of Object.entries(TOPICS)) describe(`${name}, ${topic}:`, () => cases(casesOn(open)));
}
