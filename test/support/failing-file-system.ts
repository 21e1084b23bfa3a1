/** System calls that fail on purpose, as the kernel would fail them. */
import { type FileSystem, nodeFileSystem } from '../../src/driver/fs/system.js';

/** A system call; `stampAt`, which is advice, never fails. */
export type SystemCall = Exclude<keyof FileSystem, 'stampAt'>;

/** Says of each call, by its number from 1, whether it fails, and with which errno's name. */
export type SystemPlan = (call: { readonly number: number; readonly name: SystemCall }) => string | undefined;

type AnyCall = (...args: readonly unknown[]) => Promise<unknown>;

/** An error as Node makes it of a failed system call. */
export function systemError(code: string, name: string): Error {
  return Object.assign(new Error(`${code}: injected, ${name}`), { code, syscall: name });
}

/** The file system with failures. A call that fails has no effect, but for `close`, which always closes. */
export function failingFileSystem(plan: SystemPlan, inner: FileSystem = nodeFileSystem): FileSystem {
  let number = 0;
  const calls: Record<string, unknown> = { ...inner };
  for (const [key, call] of Object.entries(inner)) {
    if (key === 'stampAt') continue;
    const name = key as SystemCall;
    calls[name] = async (...args: readonly unknown[]) => {
      const code = plan({ number: ++number, name });
      if (code !== undefined && name === 'close') await (call as AnyCall)(...args);
      if (code !== undefined) throw systemError(code, name);
      return (call as AnyCall)(...args);
    };
  }
  return calls as unknown as FileSystem;
}

/** The file system that takes at most so many bytes at once. */
export function shortWrites(most: number, inner: FileSystem = nodeFileSystem): FileSystem {
  return {
    ...inner,
    write(fd, pieces, position) {
      const first = pieces.find((piece) => piece.length > 0);
      return first ? inner.write(fd, [first.subarray(0, most)], position) : Promise.resolve(0);
    },
  };
}
