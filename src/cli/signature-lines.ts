/** Signatures as a person or a program reads them. What signers have written may be anything: it is shown, never obeyed. */
import { visible, visibleJson } from '../core/visible.js';
import type { ManifestSignatures, SignatureFacts } from '../registry/registry.js';
import { countText } from './amounts.js';

/** Longest text of a signer that is shown. */
const MAX_SHOWN = 200;

/** A table, with lines below a signature for what does not fit into it. */
export function signaturesAsText(reference: string, { digest, signatures, ownKeyId }: ManifestSignatures): string {
  const bad = signatures.filter(({ fault }) => fault !== undefined).length;
  const own = ownKeyId === undefined ? 'a local key, which is made when it is first needed' : `the local key ${ownKeyId}`;
  const served = signatures.some(({ keyId }) => keyId !== undefined) ? [] : [`It is served with one by ${own}.`];
  if (signatures.length === 0) {
    return [`${reference}  ${digest}`, 'No signature is stored.', ...served].join('\n');
  }
  const verdict = bad === 0 ? (signatures.length === 1 ? 'it verifies' : 'all verify') : `${bad} of them broken`;
  const rows = signatures.map(({ fault, keyId = '-', algorithm = '-', keyType = '-', storedAt }) => [
    fault === undefined ? 'yes' : 'NO',
    keyId,
    shown(algorithm),
    keyType,
    storedAt === undefined ? '-' : timeText(storedAt),
  ]);
  const [heads = '', ...lines] = aligned([['VERIFIES', 'KEY ID', 'ALGORITHM', 'KEY', 'STORED'], ...rows]);
  const table = signatures.flatMap((facts, at) => [lines[at] ?? '', ...moreOf(facts).map((line) => `          ${line}`)]);
  return [
    `${reference}  ${digest}`,
    `${countText(signatures.length, ['signature', 'signatures'])}, ${verdict}`,
    ...served,
    '',
    heads,
    ...table,
  ].join('\n');
}

/** One object. */
export function signaturesAsJson(
  repository: string,
  reference: string,
  { digest, signatures, ownKeyId = null }: { ownKeyId?: string | null } & Omit<ManifestSignatures, 'ownKeyId'>,
): string {
  const each = signatures.map((facts) => ({ ...facts, verifies: facts.fault === undefined }));
  const verify = each.every(({ verifies }) => verifies);
  return visibleJson(JSON.stringify({ repository, reference, digest, verify, signatures: each, ownKeyId }, null, 2));
}

function moreOf({ fault, keyId, digest, certificate, signedAt }: SignatureFacts): readonly string[] {
  const lines = [];
  if (fault !== undefined) lines.push(`${shown(fault)}`);
  if (keyId === undefined) lines.push(`block ${digest}`);
  if (certificate) {
    const { subject, chainLength } = certificate;
    lines.push(
      `certificate ${shown(subject.split('\n').join(', '))}; ${countText(chainLength, ['certificate', 'certificates'])}`,
    );
  }
  if (signedAt !== undefined) lines.push(`signed ${shown(signedAt)}, says the signer`);
  return lines;
}

function shown(text: string): string {
  const clean = visible(text);
  return clean.length > MAX_SHOWN ? `${clean.slice(0, MAX_SHOWN)}...` : clean;
}

function timeText(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_head, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
