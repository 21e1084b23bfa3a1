/** What the wire is told, from what is configured. */

import { resolve } from 'node:path';
import type { ListenPlace } from '../config/address.js';
import type { Configuration } from '../config/keys.js';
import type { ListenAddress } from '../http/listen.js';
import type { HttpSettings } from '../http/settings.js';

/** Settings of the server; those that nobody can configure keep their defaults. */
export function settingsFrom(configuration: Configuration): Partial<HttpSettings> {
  return {
    deleteEnabled: configuration['storage.delete.enabled'],
    readOnly: configuration['storage.maintenance.readonly.enabled'],
    relativeUrls: configuration['http.relativeurls'],
    host: configuration['http.host'],
    prefix: configuration['http.prefix'],
    headers: configuration['http.headers'],
    drainMs: configuration['http.draintimeout'],
    catalogMaxEntries: configuration['catalog.maxentries'],
    tagsMaxEntries: configuration['tags.maxtags'],
  };
}

/** No host means every address, of both families where the machine has both. */
export function listenAddress(place: ListenPlace): ListenAddress {
  return 'socket' in place ? { socket: resolve(place.socket) } : { host: place.host, port: place.port };
}

/** Where the API is for a client on this machine; on a socket, the host says nothing. */
export function apiUrl(url: string, configuration: Configuration): string {
  const scheme = configuration['http.tls.certificate'] === undefined ? 'http' : 'https';
  return `${url.startsWith('unix:') ? `${scheme}://localhost` : url}${configuration['http.prefix']}/v2/`;
}
