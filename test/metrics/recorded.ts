/**
 * What docker-registry 2.8.2 and docker/distribution 3.1.1 show at `http.debug.prometheus`, after a push, pulls and a delete,
 * with an endpoint of notifications: written down from their pages. What the runtime of Go shows of itself (`go_*`,
 * `promhttp_*`) is left out: there is none here.
 */

/** One name of registry:2. */
export interface RecordedMetric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly in: readonly ('2.8' | '3.1')[];
}

/** By name. */
export const RECORDED: Readonly<Record<string, RecordedMetric>> = {
  process_cpu_seconds_total: { type: 'counter', labels: [], in: ['2.8', '3.1'] },
  process_max_fds: { type: 'gauge', labels: [], in: ['2.8', '3.1'] },
  process_network_receive_bytes_total: { type: 'counter', labels: [], in: ['3.1'] },
  process_network_transmit_bytes_total: { type: 'counter', labels: [], in: ['3.1'] },
  process_open_fds: { type: 'gauge', labels: [], in: ['2.8', '3.1'] },
  process_resident_memory_bytes: { type: 'gauge', labels: [], in: ['2.8', '3.1'] },
  process_start_time_seconds: { type: 'gauge', labels: [], in: ['2.8', '3.1'] },
  process_virtual_memory_bytes: { type: 'gauge', labels: [], in: ['2.8', '3.1'] },
  process_virtual_memory_max_bytes: { type: 'gauge', labels: [], in: ['2.8', '3.1'] },
  registry_http_in_flight_requests: { type: 'gauge', labels: ['handler'], in: ['2.8', '3.1'] },
  registry_http_request_duration_seconds: { type: 'histogram', labels: ['handler', 'method'], in: ['2.8', '3.1'] },
  registry_http_request_size_bytes: { type: 'histogram', labels: ['handler'], in: ['2.8', '3.1'] },
  registry_http_requests_total: { type: 'counter', labels: ['code', 'handler', 'method'], in: ['2.8', '3.1'] },
  registry_http_response_size_bytes: { type: 'histogram', labels: ['handler'], in: ['2.8', '3.1'] },
  registry_notifications_events_total: { type: 'counter', labels: ['endpoint', 'type'], in: ['3.1'] },
  registry_notifications_pending_total: { type: 'gauge', labels: ['endpoint'], in: ['3.1'] },
  registry_notifications_status_total: { type: 'counter', labels: ['code', 'endpoint'], in: ['3.1'] },
  registry_proxy_hits_total: { type: 'counter', labels: ['type'], in: ['3.1'] },
  registry_proxy_misses_total: { type: 'counter', labels: ['type'], in: ['3.1'] },
  registry_proxy_pulled_bytes_total: { type: 'counter', labels: ['type'], in: ['3.1'] },
  registry_proxy_pushed_bytes_total: { type: 'counter', labels: ['type'], in: ['3.1'] },
  registry_proxy_requests_total: { type: 'counter', labels: ['type'], in: ['3.1'] },
  registry_storage_action_seconds: { type: 'histogram', labels: ['action', 'driver'], in: ['2.8', '3.1'] },
  registry_storage_cache_errors_total: { type: 'counter', labels: [], in: ['3.1'] },
  registry_storage_cache_hits_total: { type: 'counter', labels: [], in: ['3.1'] },
  registry_storage_cache_requests_total: { type: 'counter', labels: [], in: ['3.1'] },
  registry_storage_cache_total: { type: 'counter', labels: ['type'], in: ['2.8'] },
};
