/** What the rows of large stores share: one request after another, and how long each takes. */
import { expecting, openConnection } from '../connection.js';
import { medianOf } from '../rounds.js';
import type { Measure } from '../row.js';

/** The middle of so many requests, in ms. */
export function latency(port: number, path: string, requests: number): Measure {
  return async () => {
    const connection = await openConnection(port);
    const times: number[] = [];
    for (let i = 0; i < requests; i++) {
      const started = performance.now();
      await expecting(connection.send({ method: 'GET', path }), 200);
      times.push(performance.now() - started);
    }
    connection.close();
    return { value: medianOf(times.sort((a, b) => a - b)), work: requests };
  };
}
