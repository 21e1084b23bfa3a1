/** What the wire is told, from what is configured. */
import type { Address } from '../config/address.js';
import type { Configuration } from '../config/keys.js';
import type { ListenAddress } from '../http/listen.js';
import type { HttpSettings } from '../http/settings.js';

/** Settings of the server; those that nobody can configure keep their defaults. */
export function settingsFrom(configuration: Configuration): Partial<HttpSettings> {
  return {
    deleteEnabled: configuration['storage.delete.enabled'],
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
export function listenAddress({ host, port }: Address): ListenAddress {
  return { host, port };
}
