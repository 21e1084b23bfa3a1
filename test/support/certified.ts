/** Certificates with their keys, and authorities that issue them. */
import { generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { certificate } from './certificates.js';

/** A certificate with its key, EC on P-256. */
export interface Certified {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  /** As in `x5c`: base64 of the DER form. */
  readonly x5c: string;
  readonly pem: string;
}

/** What it says. */
interface CertifiedOptions {
  /** Signs itself when there is none. */
  readonly issuer?: Pick<Certified, 'name' | 'privateKey'>;
  readonly ca?: boolean;
  readonly from?: Date;
  readonly to?: Date;
  /** The key that it is of; a new one when not given. */
  readonly key?: Pick<Certified, 'publicKey' | 'privateKey'>;
}

/** A certificate of this name. */
export function certify(name: string, { issuer, key, ...facts }: CertifiedOptions = {}): Certified {
  const { publicKey, privateKey } = key ?? generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const by = issuer ?? { name, privateKey };
  const x5c = certificate({ subject: name, key: publicKey, issuer: by.name, issuerKey: by.privateKey, ...facts });
  return { name, publicKey, privateKey, x5c, pem: new X509Certificate(Buffer.from(x5c, 'base64')).toString() };
}
