/** An upload whose registry is killed while bytes come. */
import assert from 'node:assert/strict';
import { begin } from '../clients/cargo.js';
import { type Upload, uploadPath } from '../clients/volume.js';
import type { World } from '../clients/world.js';

/** Sends a third that is answered, and another third of a request that will never be; the rest is for whoever comes next. */
export async function breakOff(world: World, name: string, content: Buffer): Promise<Upload> {
  const third = Math.floor(content.length / 3);
  const upload = await begin(world, name, content.subarray(0, third));
  await new Promise<void>((resolve) => {
    let asked = 0;
    const body = new ReadableStream({
      pull(controller) {
        asked += 1;
        if (asked === 1) return controller.enqueue(new Uint8Array(content.subarray(third, 2 * third)));
        // The first piece is on its way, and there will be no other.
        resolve();
        return new Promise<void>(() => undefined);
      },
    });
    const headers = { 'content-type': 'application/octet-stream' };
    // It ends with the server.
    world.fetch(world.url + uploadPath(world, upload), { method: 'PATCH', headers, body, duplex: 'half' }).catch(() => undefined);
  });
  return upload;
}

/** How many bytes of an upload the registry has, by its own account. */
export async function sizeOf(world: World, upload: Upload): Promise<number> {
  const answer = await world.fetch(world.url + uploadPath(world, upload));
  assert.equal(answer.status, 204, await answer.text());
  return Number(/^0-(\d+)$/.exec(answer.headers.get('range') ?? '')?.[1] ?? Number.NaN) + 1;
}
