/** Whole small images, every byte of them new, from several clients at once: HEAD, POST, PATCH, PUT for each blob. */
import { openConnection } from '../connection.js';
import { makeImage, pushImage } from '../pushes.js';
import type { Measure, Row } from '../row.js';
import type { Side } from '../servers.js';

const CLIENTS = 8;
const IMAGES_EACH = 8;
const LAYERS = [24 * 1024, 8 * 1024];

export const imagePushes: Row = {
  name: 'image-push',
  title: 'whole small images pushed, 8 clients (durable)',
  unit: 'images/s',
  better: 'more',
  rounds: 9,
  async prepare(bench) {
    const measures: Partial<Record<Side, Measure>> = {};
    for (const side of bench.registries) {
      const measure = pushing((await bench.start(side)).port);
      await measure(-1);
      measures[side] = measure;
    }
    return measures;
  },
};

/** The images are made before the clock runs. Each client has a repository of its own, as each team has. */
function pushing(port: number): Measure {
  return async (round) => {
    const clients = await Promise.all(
      Array.from({ length: CLIENTS }, async () => ({
        connection: await openConnection(port),
        images: Array.from({ length: IMAGES_EACH }, () => makeImage(LAYERS)),
      })),
    );
    const started = performance.now();
    await Promise.all(
      clients.map(async ({ connection, images }, client) => {
        for (const [i, image] of images.entries()) await pushImage(connection, `team/app-${client}`, `r${round + 1}-${i}`, image);
      }),
    );
    const seconds = (performance.now() - started) / 1000;
    for (const { connection } of clients) connection.close();
    return { value: (CLIENTS * IMAGES_EACH) / seconds, work: CLIENTS * IMAGES_EACH };
  };
}
