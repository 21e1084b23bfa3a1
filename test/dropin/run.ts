/**
 * A whole life of a registry: docker-registry 2.8, lading, 2.8 again, docker/distribution 3, lading, each started on the same
 * config.yml, the same variables and the same folder, none of which is edited on the way. Prints the story step by step.
 *
 *   npm run dropin
 *
 * Needs docker-registry 2.8, registry (3), skopeo, umoci, crane and oras on PATH; without one it skips, which with CI=true is
 * a failure.
 */
import { createImages } from '../clients/images.js';
import { createReport, Skip } from '../clients/report.js';
import { which } from '../clients/shell.js';
import { createEstate } from './estate.js';
import { live } from './life.js';
import { createStory, Stopped } from './story.js';

const PROGRAMS = ['docker-registry', 'registry', 'skopeo', 'umoci', 'crane', 'oras'];

const report = createReport();
const missing = PROGRAMS.filter((program) => which(program) === undefined);
if (missing.length > 0) {
  await report.check('a life with docker-registry 2.8, lading and docker/distribution 3', () => {
    throw new Skip(`not on PATH: ${missing.join(', ')}`);
  });
} else {
  const estate = await createEstate();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void estate.world.end().finally(() => process.exit(1)));
  }
  try {
    await live(estate, await createImages(estate.world), createStory(report));
  } catch (error) {
    // A step that failed has been told already.
    if (!(error instanceof Stopped)) await report.check('the story goes on', () => Promise.reject(error));
    process.stdout.write(`\n${estate.log().split('\n').slice(-8).join('\n')}\n`);
  } finally {
    await estate.world.end();
  }
}
process.exitCode = report.end();
