/**
 * A client that comes back to uploads which others purge at the same time, as a process of its own, for
 * `purge-processes.test.ts`: ends each with bytes that only it knows, and tells which it could end.
 */
import { RegistryError } from '../../src/core/errors.js';
import type { RepositoryName, UploadId } from '../../src/core/reference.js';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import { openStores } from '../../src/store/stores.js';
import { describeBytes, piecesOf } from '../support/images.js';

const [root = '', ids = '[]'] = process.argv.slice(2);
const { uploads } = createRegistry(openStores(await createFsDriver({ root }))).repository('a' as RepositoryName);

const ended: string[] = [];
for (const id of JSON.parse(ids) as UploadId[]) {
  try {
    await uploads.append(id, piecesOf(id));
    await uploads.commit(id, describeBytes(`old ${id}`).digest);
    ended.push(id);
  } catch (error) {
    if (!(error instanceof RegistryError && error.code === 'BLOB_UPLOAD_UNKNOWN')) throw error;
  }
}
process.stdout.write(JSON.stringify(ended));
