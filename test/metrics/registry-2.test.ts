/** A dashboard that was made for registry:2 finds its names here, with their types and labels, or there is a reason why not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMetrics } from '../../src/metrics/metrics.js';
import { RECORDED } from './recorded.js';

/** What has no meaning here, and why. */
const NOT_APPLICABLE: Readonly<Record<string, string>> = {
  process_network_receive_bytes_total: 'the client library does not tell it; the machine does',
  process_network_transmit_bytes_total: 'the client library does not tell it; the machine does',
  process_virtual_memory_max_bytes: 'the client library does not tell it',
  registry_proxy_hits_total: 'this registry does not fetch from another one',
  registry_proxy_misses_total: 'this registry does not fetch from another one',
  registry_proxy_pulled_bytes_total: 'this registry does not fetch from another one',
  registry_proxy_pushed_bytes_total: 'this registry does not fetch from another one',
  registry_proxy_requests_total: 'this registry does not fetch from another one',
};
/** What is known of the process on this platform only. */
const LINUX_ONLY = /^process_(open_fds|max_fds|virtual_memory_bytes)$/;

describe('the metrics of registry:2', () => {
  it('are there, of the same types and with the same labels', async () => {
    const metrics = createMetrics();
    metrics.inFlight('manifest', 1);
    metrics.request({ method: 'GET', kind: 'manifest', status: 200, bytesIn: 1, bytesOut: 1, durationMs: 1 });
    metrics.storage('filesystem', 'Stat', 0.1);
    metrics.notifications.event('alpha');
    metrics.notifications.attempt('alpha', 'success', '200 OK');
    metrics.notifications.pending('alpha', 0);
    const { body } = await metrics.page();
    for (const [name, { type, labels }] of Object.entries(RECORDED)) {
      if (Object.hasOwn(NOT_APPLICABLE, name)) continue;
      if (LINUX_ONLY.test(name) && process.platform !== 'linux') continue;
      assert.match(body, new RegExp(`^# TYPE ${name} ${type}$`, 'm'));
      const samples = body.split('\n').filter((line) => new RegExp(`^${name}(_bucket|_sum|_count)?[ {]`).test(line));
      assert.notEqual(samples.length, 0, name);
      const found = new Set([...samples.join('\n').matchAll(/[{,](\w+)="/g)].map(([, label = '']) => label));
      found.delete('le');
      assert.deepEqual([...found].sort(), labels, name);
    }
  });

  it('count what they count there: sizes by buckets from 1 KiB to 2 GiB, and one hit for a prepared answer', async () => {
    const metrics = createMetrics();
    const read = { method: 'GET', kind: 'blob', status: 200, bytesIn: 0, durationMs: 1 };
    metrics.request({ ...read, bytesOut: 1024 });
    metrics.request({ ...read, bytesOut: 1025, prepared: true });
    metrics.request({ ...read, bytesOut: 3 * 2 ** 30 });
    metrics.request({ ...read, kind: 'tags', bytesOut: 0 });
    const { body } = await metrics.page();
    const name = 'registry_http_response_size_bytes';
    for (const [sample, value] of [
      [`${name}_bucket{le="1024",handler="blob"}`, 1],
      [`${name}_bucket{le="2048",handler="blob"}`, 2],
      [`${name}_bucket{le="2147483648",handler="blob"}`, 2],
      [`${name}_bucket{le="+Inf",handler="blob"}`, 3],
      [`${name}_count{handler="blob"}`, 3],
      [`${name}_sum{handler="blob"}`, 2049 + 3 * 2 ** 30],
      ['registry_storage_cache_total{type="Request"}', 3],
      ['registry_storage_cache_total{type="Hit"}', 1],
      ['registry_storage_cache_total{type="Miss"}', 2],
      ['registry_storage_cache_hits_total', 1],
      ['registry_storage_cache_errors_total', 0],
    ] as const)
      assert.ok(body.includes(`\n${sample} ${value}\n`), `${sample} ${value}`);
  });

  it('show what is being answered, and which health checks fail', async () => {
    const metrics = createMetrics();
    metrics.inFlight('upload', 1);
    metrics.inFlight('upload', 1);
    metrics.inFlight('upload', -1);
    metrics.healthCheck('storagedriver_filesystem', true);
    metrics.healthCheck('down', true);
    metrics.healthCheck('down', false);
    const { body } = await metrics.page();
    assert.match(body, /^registry_http_in_flight_requests\{handler="blob_upload_chunk"\} 1$/m);
    assert.match(body, /^lading_health_check_failing\{check="storagedriver_filesystem"\} 1$/m);
    assert.match(body, /^lading_health_check_failing\{check="down"\} 0$/m);
  });
});
