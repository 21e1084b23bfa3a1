import { RegistryError } from '../core/errors.js';

/** MANIFEST_INVALID with a sentence that says what is wrong. */
export function invalid(message: string, detail?: unknown): RegistryError {
  return new RegistryError('MANIFEST_INVALID', { message, ...(detail === undefined ? {} : { detail }) });
}
