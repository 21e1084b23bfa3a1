/**
 * The target of a request as it may be logged. People send secrets in places that are none for them: a name and a password
 * before the host, a token among the parameters. What the API does not ask for is not told.
 */

/** Parameters of the API, and of registry:2's uploads. `_state` is not one to be told: whoever has it may go on with the upload there. */
const TOLD: ReadonlySet<string> = new Set(['artifactType', 'digest', 'from', 'last', 'mount', 'n', 'tag']);
const NUMBER = /^n(=-?\d*)?$/;
const HIDDEN = '...';

/** The target without secrets. */
export function shownTarget(url: string): string {
  const plain = url.startsWith('/') ? url : url.replace(/^([^/?#]*\/\/)[^/?#]*@/, '$1');
  const start = plain.indexOf('?');
  if (start < 0) return plain;
  return `${plain.slice(0, start)}?${plain
    .slice(start + 1)
    .split('&')
    .map(shownParameter)
    .join('&')}`;
}

/** An unknown name is not told either: what has no name, and ends in the `=` of base64, would be one. */
function shownParameter(text: string): string {
  const [name = ''] = text.split('=', 1);
  if (name === 'n' && !NUMBER.test(text)) return HIDDEN;
  return text === '' || TOLD.has(name) ? text : HIDDEN;
}
