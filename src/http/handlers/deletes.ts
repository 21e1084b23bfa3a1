import { RegistryError } from '../../core/errors.js';
import type { Exchange } from '../context.js';

/** UNSUPPORTED when deleting is switched off. */
export function refuseDeletes(x: Exchange): void {
  if (!x.service.settings.deleteEnabled)
    throw new RegistryError('UNSUPPORTED', { message: 'deleting is switched off in this registry' });
}
