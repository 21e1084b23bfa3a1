/** Reads answers of HTTP/1.1 from the bytes of a connection. Knows lengths and chunks, and no more than registries send. */

/** An answer. The text is cut at 1 MiB; `bytes` counts all of the body. */
export interface Answer {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly bytes: number;
  readonly text: string;
}

const MAX_TEXT = 1 << 20;

/** A function that takes the connection's bytes. `onAnswer` is called with each whole answer; `isHead` says what was asked. */
export function createAnswerParser(onAnswer: (answer: Answer) => void, isHead: () => boolean): (bytes: Buffer) => void {
  let head = '';
  let status = 0;
  let headers = new Map<string, string>();
  let text = '';
  let bytes = 0;
  /** Bytes until the next thing happens. */
  let left = 0;
  let state: 'head' | 'body' | 'size' | 'chunk' | 'chunk-end' | 'trailer' = 'head';
  let line = '';

  const end = (): void => {
    const answer = { status, headers, bytes, text };
    head = '';
    text = '';
    bytes = 0;
    state = 'head';
    onAnswer(answer);
  };

  const begin = (): void => {
    const [first = '', ...lines] = head.split('\r\n');
    status = Number(first.slice(9, 12));
    headers = new Map();
    for (const each of lines) {
      const colon = each.indexOf(':');
      if (colon > 0) headers.set(each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim());
    }
    const empty = isHead() || status === 204 || status === 304;
    const chunked = !empty && headers.get('transfer-encoding') === 'chunked';
    left = empty ? 0 : Number(headers.get('content-length') ?? 0);
    state = chunked ? 'size' : 'body';
    if (!chunked && left === 0) end();
  };

  const takeHead = (piece: Buffer, at: number): number => {
    const before = head.length;
    head += piece.toString('latin1', at);
    const stop = head.indexOf('\r\n\r\n', Math.max(0, before - 3));
    if (stop < 0) return piece.length;
    head = head.slice(0, stop);
    begin();
    return at + stop + 4 - before;
  };

  const takeContent = (piece: Buffer, at: number): number => {
    const step = Math.min(left, piece.length - at);
    if (bytes < MAX_TEXT) text += piece.toString('latin1', at, at + Math.min(step, MAX_TEXT - bytes));
    bytes += step;
    left -= step;
    if (left === 0) {
      if (state === 'body') end();
      else state = 'chunk-end';
    }
    return at + step;
  };

  const takeLine = (piece: Buffer, at: number): number => {
    const stop = piece.indexOf(10, at);
    line += piece.toString('latin1', at, stop < 0 ? piece.length : stop + 1);
    if (stop < 0) return piece.length;
    const whole = line.trim();
    line = '';
    if (state === 'chunk-end') state = 'size';
    else if (state === 'trailer') {
      if (whole === '') end();
    } else {
      left = Number.parseInt(whole, 16);
      state = left === 0 ? 'trailer' : 'chunk';
    }
    return stop + 1;
  };

  return (piece) => {
    for (let at = 0; at < piece.length; ) {
      if (state === 'head') at = takeHead(piece, at);
      else if (state === 'body' || state === 'chunk') at = takeContent(piece, at);
      else at = takeLine(piece, at);
    }
  };
}
