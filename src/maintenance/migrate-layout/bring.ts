/** Objects that are brought as they are, unverified: uploads, whose digest nobody knows yet, and what is ours. */
import type { StoragePath } from '../../core/storage-path.js';
import type { Sides } from './sides.js';

/** Brings an object to its place: by a rename, or as a copy of its bytes. */
export async function bring({ source, target, inPlace }: Sides, from: StoragePath, to: StoragePath): Promise<void> {
  if (inPlace) return target.move(from, to);
  const reader = await source.open(from);
  try {
    // What a run before has left there is a beginning at most.
    await target.remove([to]);
    const writer = await target.append(to, 0);
    try {
      await writer.write(reader.chunks());
      await writer.commit();
    } finally {
      await writer.close();
    }
  } finally {
    await reader.close();
  }
}
