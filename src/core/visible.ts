/** Text of strangers, made harmless for terminals: what they wrote is shown, never obeyed. */

/** What moves a cursor or sets colours, turns text around, or begins a line of its own. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** The same where JSON has escaped the rest: its own line ends and indents are kept. */
const UNSEEN_IN_JSON = /[\u007f-\u009f]|[\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The text in one line, with a replacement character for each that would not be seen. */
export function visible(text: string): string {
  return text.replace(UNSEEN, '\ufffd');
}

/** A JSON text that means the same, with each character that would not be seen escaped. */
export function visibleJson(json: string): string {
  return json.replace(UNSEEN_IN_JSON, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
