/**
 * Whether files have changed, found out by asking for each one's facts now and then. File systems do tell of changes, but not
 * those of a network, not through every layer of a container, and for a link that is turned to another file (certbot,
 * Kubernetes) they tell of the link's folder, if anybody has thought of watching that.
 */
import { stat } from 'node:fs/promises';

/** Looks at files. */
export interface ChangedFiles {
  /**
   * True when they are others than those of the last `true`, and are the same as at the look before: whoever writes them, one
   * after another, has come to rest. So it is true once at the beginning.
   */
  look(files: readonly string[]): Promise<boolean>;
}

/** Nothing has been looked at yet. */
export function createChangedFiles(): ChangedFiles {
  let taken: string | undefined;
  let seen: string | undefined;
  return {
    async look(files) {
      const now = (await Promise.all(files.map(factsOf))).join('\n');
      const isDue = now === seen && now !== taken;
      seen = now;
      if (isDue) taken = now;
      return isDue;
    },
  };
}

/**
 * Of the file behind all links. The time of the last change of the file's facts cannot be set by whoever writes it, so a copy
 * with the old time and the old size is seen too.
 */
async function factsOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [file, dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return `${file} ${error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'}`;
  }
}
