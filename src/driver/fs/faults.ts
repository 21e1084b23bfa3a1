/** What an errno means to a caller of the driver. */
import { isAbort } from '../../core/errors.js';
import { DriverError, type DriverFault } from '../driver.js';
import { codeOf } from './system.js';

const FAULTS: Readonly<Record<string, DriverFault>> = {
  ENOENT: 'not-found',
  ENOSPC: 'no-space',
  EDQUOT: 'no-space',
  EFBIG: 'no-space',
  EROFS: 'unavailable',
  EMFILE: 'unavailable',
  ENFILE: 'unavailable',
  EAGAIN: 'unavailable',
  EBUSY: 'unavailable',
  ETIMEDOUT: 'unavailable',
  ESTALE: 'unavailable',
  ENOMEM: 'unavailable',
  ENAMETOOLONG: 'invalid-path',
};

/** To a reader these mean that no object is there: a folder is, or an object or a symbolic link is on the way. */
const READING: Readonly<Record<string, DriverFault>> = {
  ENOTDIR: 'not-found',
  EISDIR: 'not-found',
  ELOOP: 'not-found',
};

/** To a writer the same mean that something is in the way. */
const WRITING: Readonly<Record<string, DriverFault>> = {
  ENOTDIR: 'condition-failed',
  EISDIR: 'condition-failed',
  ELOOP: 'condition-failed',
  EEXIST: 'condition-failed',
  ENOTEMPTY: 'condition-failed',
};

/** The error to throw for one that came up inside: errors of ours and aborts as they are. */
export function faultOf(error: unknown, operation: string, path: string, mode: 'reading' | 'writing'): Error {
  if (error instanceof DriverError || (error instanceof Error && isAbort(error))) return error;
  const code = codeOf(error) ?? '';
  const fault = FAULTS[code] ?? (mode === 'reading' ? READING : WRITING)[code] ?? 'failed';
  return new DriverError(fault, operation, path, error);
}

/** True when the system call failed for one of these reasons. */
export function failedWith(error: unknown, ...codes: readonly string[]): boolean {
  const code = codeOf(error);
  return code !== undefined && codes.includes(code);
}
