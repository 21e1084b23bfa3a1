/** X.509 certificates as small as can be, made without another program: names, dates and issuers as a test wants them. */
import { type KeyObject, sign } from 'node:crypto';

/** What a certificate says, and who has signed it. */
export interface CertificateFacts {
  readonly subject: string;
  readonly key: KeyObject;
  readonly issuer: string;
  readonly issuerKey: KeyObject;
  /** Whether it may issue others. */
  readonly ca?: boolean;
  readonly from?: Date;
  readonly to?: Date;
}

const ECDSA_SHA256 = Buffer.from('300a06082a8648ce3d040302', 'hex');
const RSA_SHA256 = Buffer.from('300d06092a864886f70d01010b0500', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');
/** Basic constraints: an authority. */
const MAY_ISSUE = Buffer.from('a3133011300f0603551d130101ff040530030101ff', 'hex');
const VERSION_3 = Buffer.from('a003020102', 'hex');

/** A certificate in DER, in base64 as `x5c` has it. */
export function certificate({ subject, key, issuer, issuerKey, ca, from, to }: CertificateFacts): string {
  const algorithm = issuerKey.asymmetricKeyType === 'rsa' ? RSA_SHA256 : ECDSA_SHA256;
  const validity = sequence(time(from ?? new Date('2015-01-01')), time(to ?? new Date('2045-01-01')));
  const spki = key.export({ type: 'spki', format: 'der' });
  const serial = tagged(0x02, Buffer.from([1]));
  const parts = [VERSION_3, serial, algorithm, nameOf(issuer), validity, nameOf(subject), spki];
  const signed = sequence(...parts, ...(ca ? [MAY_ISSUE] : []));
  const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', signed, issuerKey)]));
  return sequence(signed, algorithm, signature).toString('base64');
}

function nameOf(text: string): Buffer {
  return sequence(tagged(0x31, sequence(COMMON_NAME, tagged(0x0c, Buffer.from(text)))));
}

function time(date: Date): Buffer {
  return tagged(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
