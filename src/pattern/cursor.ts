/** Reads a text by characters. */
export interface Cursor {
  /** The next character, which stays; empty at the end. */
  peek(): string;
  /** The next character; empty at the end. */
  next(): string;
  /** Goes behind the text when it is next. */
  take(text: string): boolean;
  /** Goes behind what the expression, which is sticky, finds. */
  match(expression: RegExp): RegExpExecArray | undefined;
}

/** A cursor at the beginning. */
export function createCursor(text: string): Cursor {
  let at = 0;
  const peek = (): string => (at < text.length ? String.fromCodePoint(text.codePointAt(at) ?? 0) : '');
  return {
    peek,
    next() {
      const character = peek();
      at += character.length;
      return character;
    },
    take(wanted) {
      if (!text.startsWith(wanted, at)) return false;
      at += wanted.length;
      return true;
    },
    match(expression) {
      expression.lastIndex = at;
      const found = expression.exec(text) ?? undefined;
      at += found?.[0].length ?? 0;
      return found;
    },
  };
}
