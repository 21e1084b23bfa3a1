/** The wire, but for TLS. */
import type { Rows } from '../rows.js';

/** Rows of the table of keys. */
export const HTTP_KEYS = {
  'http.net': {
    type: 'net',
    bare: 'tcp',
    file: 'tcp',
    about: 'Whether `addr` is an address of TCP, or the path of a Unix socket ([operations](operations.md#a-unix-socket)).',
    differs: 'A socket on which somebody listens stops the start; registry:2 takes it away from them.',
  },
  'http.addr': {
    type: 'listen',
    bare: '127.0.0.1:5000',
    file: ':5000',
    about:
      'Where to listen. No host means every address of the machine; port 0 takes any that is free. With `net: unix`, the path of the socket.',
    differs: 'registry:2 listens on a port of chance where it is not given.',
  },
  'http.host': {
    type: 'url',
    bare: undefined,
    file: undefined,
    about:
      'How clients reach the registry, for URLs in answers: all that stands before `/v2/`, so a path ends with `/`, and `prefix` is not added. Not set: what `Forwarded`, `X-Forwarded-*` or `Host` says.',
  },
  'http.prefix': {
    type: 'prefix',
    bare: '/',
    file: '/',
    about:
      'The path of the API before `/v2/`, such as `/registry/`, for a proxy that hands on the path as it is. `/`, `/healthz`, `/readyz` and `/metrics` stay where they are.',
    differs: 'It is in every URL of an answer; registry:2 leaves it out of a `Location` that is relative.',
  },
  'http.relativeurls': {
    type: 'flag',
    bare: true,
    file: false,
    about: 'Whether URLs in answers are paths alone. Where there is a `host`, it goes before this.',
  },
  'http.headers': {
    type: 'headers',
    bare: { 'X-Content-Type-Options': ['nosniff'] },
    file: {},
    about: 'Headers of every answer.',
    differs: 'Headers that tell how long an answer is stop the start.',
  },
  'http.draintimeout': {
    type: 'duration',
    bare: '30s',
    file: '30s',
    about: 'How long requests that run may go on when the server is stopped. registry:2 cuts them off when it is not set.',
    differs: 'Not set, requests have 30 s; registry:2 cuts them off.',
  },
  'http.debug.addr': {
    type: 'address',
    bare: undefined,
    file: undefined,
    about: 'Where a second server listens, with `/debug/health` and the metrics. Not set: there is none.',
    differs: '`/debug/vars` tells of memory and age alone; `/debug/pprof` is not there.',
  },
  'http.debug.prometheus.enabled': {
    type: 'flag',
    bare: true,
    file: false,
    about: 'Whether there are metrics: on the second server, or at `/metrics` of the first when there is no second.',
    differs: 'Without `addr` the metrics are on the first server; registry:2 has none then.',
  },
  'http.debug.prometheus.path': {
    type: 'path',
    bare: '/metrics',
    file: '/metrics',
    about: 'The path of the metrics on the second server.',
  },
} as const satisfies Rows;
