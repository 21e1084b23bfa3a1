/**
 * Certificates that come with a token, in `x5c` of its head: the first is that of the key, each of the others may have issued
 * one before. Trusted is what leads, in time, to a certificate of the bundle. Lengths of paths and constraints of names are not
 * looked at: who has a certificate of the bundle's authority that may issue others is trusted to issue them.
 */
import { X509Certificate } from 'node:crypto';

/** More than any token server sends; each costs verifications before the token is known to be of any worth. */
const MOST = 6;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The first certificate, when it is one of the roots or leads to one, all in time; undefined otherwise. */
export function trustedLeaf(x5c: unknown, roots: readonly X509Certificate[], now: Date): X509Certificate | undefined {
  const chain = parseChain(x5c);
  const leaf = chain?.[0];
  if (chain === undefined || leaf === undefined) return undefined;
  const left = new Set(chain.filter((one) => isInTime(one, now)));
  // From the roots down: by no key is anything verified before that key is trusted, for a stranger may bring keys by which
  // one verification takes as long as a thousand others.
  const trusted = new Set<X509Certificate>(roots.filter((root) => isInTime(root, now)));
  for (const one of left) if (roots.some((root) => root.raw.equals(one.raw))) trusted.add(one);
  for (const issuer of trusted) {
    if (issuer === leaf) return leaf;
    for (const one of left) if (!trusted.has(one) && isIssuedBy(one, issuer)) trusted.add(one);
  }
  return undefined;
}

/** The certificates of a text in PEM. Throws when one of them is none. */
export function parseBundle(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

function parseChain(x5c: unknown): readonly X509Certificate[] | undefined {
  if (!Array.isArray(x5c) || x5c.length === 0 || x5c.length > MOST) return undefined;
  const chain: X509Certificate[] = [];
  for (const text of x5c as readonly unknown[]) {
    const one = typeof text === 'string' && BASE64.test(text) ? parseOne(Buffer.from(text, 'base64')) : undefined;
    if (one === undefined) return undefined;
    chain.push(one);
  }
  return chain;
}

/** The class takes PEM too, and leaves aside what follows the certificate. */
function parseOne(der: Buffer): X509Certificate | undefined {
  try {
    const one = new X509Certificate(der);
    return one.raw.equals(der) ? one : undefined;
  } catch {
    return undefined;
  }
}

function isInTime({ validFrom, validTo }: X509Certificate, now: Date): boolean {
  return Date.parse(validFrom) <= now.getTime() && now.getTime() <= Date.parse(validTo);
}

function isIssuedBy(one: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && one.checkIssued(issuer) && one.verify(issuer.publicKey);
}
