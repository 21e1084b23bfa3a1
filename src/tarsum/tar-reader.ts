/**
 * Reads an archive piece by piece and tells its entries. Keeps one block, and what stands before an entry and belongs to it;
 * bodies pass through as they come.
 */
import { createExtensions, type Extensions, type ExtensionType, isExtension, type Xattrs } from './extensions.js';
import type { TarsumLimits } from './limits.js';
import { Refusal } from './refusal.js';
import { BLOCK, parseHeader, type TarHeader, TYPE } from './tar-header.js';
import { isZero } from './zeros.js';

/** Told of the entries, in order: each begins, has its body in pieces, and ends. Bytes are lent for the time of the call. */
export interface EntrySink {
  begin(header: TarHeader, xattrs: Xattrs): void;
  body(bytes: Buffer): void;
  end(): void;
}

/** An archive that is being read. */
export interface TarReader {
  /** Takes the next bytes. A Refusal ends the reading. */
  write(bytes: Buffer): void;
  /** Says that there are no more. A Refusal when that cannot be the end. */
  end(): void;
  /** Bytes taken, up to the piece that is being read or was refused. */
  readonly position: number;
}

/** What the bytes at hand are. */
type State = 'header' | 'body' | 'extension' | 'padding' | 'behind the end';

const SPARSE = 0x53;
const NO_XATTRS: Xattrs = new Map();

/** A reader of one archive. */
export function createTarReader(sink: EntrySink, limits: TarsumLimits): TarReader {
  const block = Buffer.alloc(BLOCK);
  let filled = 0;
  let state: State = 'header';
  let left = 0;
  let padding = 0;
  let zeroBlockSeen = false;
  let position = 0;
  let entries = 0;

  let extensions: Extensions | undefined;
  let extensionBytes = 0;
  let extensionType: ExtensionType | undefined;
  let content = Buffer.alloc(0);

  const extend = (type: ExtensionType, size: number): void => {
    extensionBytes += size;
    if (extensionBytes > limits.maxRecordBytes) throw new Refusal('long-record');
    extensionType = type;
    content = Buffer.alloc(size);
  };

  const begin = (own: TarHeader): void => {
    if (++entries > limits.maxEntries) throw new Refusal('too-many-entries');
    if (own.type === SPARSE) throw new Refusal('sparse-entry');
    if (own.type >= TYPE.hardLink && own.type <= TYPE.fifo && own.size !== 0) throw new Refusal('body-of-no-file');
    const { header, xattrs } = extensions?.applyTo(own) ?? { header: own, xattrs: NO_XATTRS };
    extensions = undefined;
    extensionBytes = 0;
    if (Math.max(header.name.length, header.linkname.length) > limits.maxNameBytes) throw new Refusal('long-name');
    sink.begin(header, xattrs);
  };

  const readHeader = (bytes: Buffer): void => {
    if (isZero(bytes)) {
      if (zeroBlockSeen) noMore('behind the end');
      zeroBlockSeen = true;
      return;
    }
    if (zeroBlockSeen) throw new Refusal('lone-zero-block');
    const header = parseHeader(bytes);
    if (typeof header.size === 'bigint') throw new Refusal('header-number');
    left = header.size;
    padding = (BLOCK - (left % BLOCK)) % BLOCK;
    if (isExtension(header.type)) {
      extend(header.type, left);
      state = 'extension';
    } else {
      begin(header);
      state = 'body';
    }
    if (left === 0) endBody();
  };

  const endBody = (): void => {
    if (extensionType === undefined) {
      sink.end();
    } else {
      extensions ??= createExtensions(limits);
      extensions.add(extensionType, content);
      extensionType = undefined;
    }
    state = padding > 0 ? 'padding' : 'header';
  };

  /** What is said about an entry that does not come has no meaning. */
  const noMore = (next: State): void => {
    if (extensions !== undefined) throw new Refusal('no-entry');
    state = next;
  };

  /** Takes what belongs together, and tells how many bytes that was. */
  const step = (bytes: Buffer, at: number): number => {
    const rest = bytes.length - at;
    if (state === 'header') {
      if (filled === 0 && rest >= BLOCK) {
        readHeader(bytes.subarray(at, at + BLOCK));
        return BLOCK;
      }
      const taken = bytes.copy(block, filled, at, at + Math.min(rest, BLOCK - filled));
      filled += taken;
      if (filled < BLOCK) return taken;
      filled = 0;
      readHeader(block);
      return taken;
    }
    if (state === 'padding') {
      const taken = Math.min(rest, padding);
      padding -= taken;
      if (padding === 0) state = 'header';
      return taken;
    }
    if (state === 'behind the end') {
      if (!isZero(bytes.subarray(at))) throw new Refusal('data-behind-end');
      return rest;
    }
    const taken = Math.min(rest, left);
    const piece = bytes.subarray(at, at + taken);
    if (state === 'body') sink.body(piece);
    else piece.copy(content, content.length - left);
    left -= taken;
    if (left === 0) endBody();
    return taken;
  };

  return {
    write(bytes) {
      if (position + bytes.length > limits.maxBytes) throw new Refusal('too-many-bytes');
      for (let at = 0; at < bytes.length; ) {
        const taken = step(bytes, at);
        at += taken;
        position += taken;
      }
    },
    end() {
      if (state === 'behind the end') return;
      if (state !== 'header' || filled > 0) throw new Refusal('cut-off');
      noMore('behind the end');
    },
    get position() {
      return position;
    },
  };
}
