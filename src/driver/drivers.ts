/** The drivers by the names that configuration knows, as registry:2 spells them. A new driver adds a line here. */
import { checked } from './checked.js';
import { DriverError, type StorageDriver } from './driver.js';
import { createFsDriver } from './fs/driver.js';
import { createMemoryDriver } from './memory/driver.js';

/** A driver's section of the configuration, as it was read. */
export type DriverParameters = Readonly<Record<string, unknown>>;

/** Opens a driver. A `TypeError` that names the parameter when one is wrong; a `DriverError` when the store does not answer. */
export type DriverFactory = (parameters: DriverParameters) => Promise<StorageDriver>;

/** Where registry:2 keeps its data when nothing is configured. */
const DEFAULT_ROOT = '/var/lib/registry';

/** The table. */
export const DRIVERS = {
  /** `rootdirectory`: the folder. `stalenessms`: how old the file system's answers can be (NFS); 0 when missing. */
  filesystem: async (parameters) =>
    checked(
      await createFsDriver({
        root: textOf(parameters, 'rootdirectory', DEFAULT_ROOT),
        stalenessMs: numberOf(parameters, 'stalenessms', 0),
      }),
    ),
  /** Takes no parameters; gone with the process. */
  inmemory: async () => checked(createMemoryDriver()),
} as const satisfies Record<string, DriverFactory>;

/** Names a driver. */
export type DriverName = keyof typeof DRIVERS;

/** True for the name of a driver. */
export function isDriverName(name: string): name is DriverName {
  return Object.hasOwn(DRIVERS, name);
}

/** Opens the driver of that name. A `DriverError` (`failed`) that names the known ones when there is no such driver. */
export async function openDriver(name: string, parameters: DriverParameters = {}): Promise<StorageDriver> {
  if (isDriverName(name)) return DRIVERS[name](parameters);
  const known = Object.keys(DRIVERS).join(', ');
  throw new DriverError('failed', 'open', name, new Error(`there is no storage driver of that name; known are ${known}`));
}

function textOf(parameters: DriverParameters, key: string, otherwise: string): string {
  const value = parameters[key] ?? otherwise;
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(`${key} must be a text that is not empty`);
}

function numberOf(parameters: DriverParameters, key: string, otherwise: number): number {
  const value = parameters[key] ?? otherwise;
  if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return value;
  throw new TypeError(`${key} must be a number of milliseconds, 0 or more`);
}
