/** `JSON.parse` keeps the last of two members of one name and says nothing; other readers keep the first. */

/** The name of a member that some object of the JSON text has twice; undefined when there is none. The text is valid JSON. */
export function duplicateMember(text: string): string | undefined {
  // One set of names for each object that is open; undefined for a list.
  const open: (Set<string> | undefined)[] = [];
  let nameNext = false;
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case '{':
        open.push(new Set());
        nameNext = true;
        break;
      case '[':
        open.push(undefined);
        nameNext = false;
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        nameNext = open.at(-1) !== undefined;
        break;
      case '"': {
        const end = endOfText(text, i);
        const names = nameNext ? open.at(-1) : undefined;
        if (names) {
          const spelled = text.slice(i + 1, end);
          // Escapes are resolved: "na\u006de" is "name" to every reader.
          const name = spelled.includes('\\') ? (JSON.parse(`"${spelled}"`) as string) : spelled;
          if (names.has(name)) return name;
          names.add(name);
        }
        nameNext = false;
        i = end;
        break;
      }
    }
  }
  return undefined;
}

/** Where the quote stands that ends the text which begins at `start`. */
function endOfText(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}
