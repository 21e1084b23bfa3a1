/** Figures for Prometheus. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMetrics } from '../../src/metrics/metrics.js';
import type { MeasuredRequest } from '../../src/metrics/requests.js';

const REQUEST: MeasuredRequest = { method: 'GET', kind: 'manifest', status: 200, bytesIn: 0, bytesOut: 10, durationMs: 30 };

/** The samples of the page that begin so. */
async function samples(metrics: ReturnType<typeof createMetrics>, beginning: string): Promise<readonly string[]> {
  const { body } = await metrics.page();
  return body.split('\n').filter((line) => line.startsWith(beginning));
}

describe('the metrics', () => {
  it('count requests by status, kind and method, with their bytes', async () => {
    const metrics = createMetrics();
    metrics.request(REQUEST);
    metrics.request({ ...REQUEST, bytesOut: 5 });
    metrics.request({ ...REQUEST, status: 404, bytesOut: 0 });
    metrics.request({ ...REQUEST, kind: 'upload', method: 'PATCH', status: 202, bytesIn: 7, bytesOut: 0 });
    assert.deepEqual(await samples(metrics, 'registry_http_requests_total{'), [
      'registry_http_requests_total{code="200",handler="manifest",method="get"} 2',
      'registry_http_requests_total{code="404",handler="manifest",method="get"} 1',
      'registry_http_requests_total{code="202",handler="blob_upload_chunk",method="patch"} 1',
    ]);
    assert.deepEqual(await samples(metrics, 'registry_http_response_size_bytes_sum'), [
      'registry_http_response_size_bytes_sum{handler="manifest"} 15',
      'registry_http_response_size_bytes_sum{handler="blob_upload_chunk"} 0',
    ]);
    assert.deepEqual(await samples(metrics, 'registry_http_request_size_bytes_sum{handler="blob_upload_chunk"'), [
      'registry_http_request_size_bytes_sum{handler="blob_upload_chunk"} 7',
    ]);
  });

  it('keep times of requests and of calls of the storage, in seconds', async () => {
    const metrics = createMetrics();
    metrics.request(REQUEST);
    metrics.storage('filesystem', 'read', 0.002);
    metrics.storage('filesystem', 'read', 0.004);
    assert.deepEqual(await samples(metrics, 'registry_http_request_duration_seconds_sum'), [
      'registry_http_request_duration_seconds_sum{handler="manifest",method="get"} 0.03',
    ]);
    assert.deepEqual(await samples(metrics, 'registry_storage_action_seconds_count'), [
      'registry_storage_action_seconds_count{driver="filesystem",action="read"} 2',
    ]);
    assert.deepEqual(await samples(metrics, 'registry_storage_action_seconds_bucket{le="0.005"'), [
      'registry_storage_action_seconds_bucket{le="0.005",driver="filesystem",action="read"} 2',
    ]);
  });

  it('do not grow with the methods that clients invent', async () => {
    const metrics = createMetrics();
    for (let n = 0; n < 50; n++) metrics.request({ ...REQUEST, method: `X${n}`, status: 405 });
    assert.deepEqual(await samples(metrics, 'registry_http_requests_total{'), [
      'registry_http_requests_total{code="405",handler="manifest",method="other"} 50',
    ]);
  });

  it('are of one registry each, and tell of the process too', async () => {
    const metrics = createMetrics();
    createMetrics().request(REQUEST);
    assert.deepEqual(await samples(metrics, 'registry_http_requests_total{'), []);
    assert.equal((await samples(metrics, 'process_resident_memory_bytes ')).length, 1);
    assert.match((await metrics.page()).contentType, /^text\/plain; version=0\.0\.4/);
  });
});
