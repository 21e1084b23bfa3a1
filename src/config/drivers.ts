/** Storage drivers, by the names that they have in the configuration. */
import type { Configuration, Key } from './keys.js';

/** Names a storage driver. */
export type DriverName = 'filesystem' | 'inmemory' | 's3' | 'azure' | 'gcs';

/** All of them. */
export const DRIVERS: readonly DriverName[] = ['filesystem', 'inmemory', 's3', 'azure', 'gcs'];

/** Other names that registry:2 has for one of them. */
export const DRIVER_ALIASES: Readonly<Record<string, DriverName>> = { s3aws: 's3' };

/** Of drivers that need one: a key by which it can be told that they are the one that is configured. */
const NEEDED = {
  s3: 'storage.s3.bucket',
  azure: 'storage.azure.container',
  gcs: 'storage.gcs.bucket',
} as const satisfies Partial<Record<DriverName, Key>>;

/** The driver that a checked configuration has: there is one, and its parameters are `storage.<name>.*`. */
export function driverOf(configuration: Configuration): DriverName {
  for (const name of ['s3', 'azure', 'gcs'] as const) if (configuration[NEEDED[name]] !== undefined) return name;
  return configuration['storage.inmemory'] ? 'inmemory' : 'filesystem';
}

/** The driver whose parameter the key is; undefined for all other keys. */
export function driverOfKey(key: string): DriverName | undefined {
  const [section, name] = key.split('.');
  return section === 'storage' ? DRIVERS.find((driver) => driver === name) : undefined;
}
