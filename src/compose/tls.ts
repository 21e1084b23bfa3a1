/** What the server needs for TLS, from what is configured. */
import { readFile } from 'node:fs/promises';
import { ConfigurationError } from '../config/configuration-error.js';
import type { Configuration } from '../config/keys.js';
import { checkTls, type TlsSettings } from '../http/tls.js';

/** TLS, with its files read. A ConfigurationError when one cannot be, or when they do not fit one another. */
export async function tlsFrom(configuration: Configuration): Promise<TlsSettings | undefined> {
  const { 'http.tls.certificate': certificate, 'http.tls.key': key, 'http.tls.clientcas': authorities } = configuration;
  if (certificate === undefined || key === undefined) return undefined;
  try {
    const ca = authorities && (await Promise.all(authorities.map((file) => readFile(file, 'utf8'))));
    const tls: TlsSettings = {
      cert: await readFile(certificate, 'utf8'),
      key: await readFile(key, 'utf8'),
      ca,
      clientAuth: configuration['http.tls.clientauth'] ?? (ca && 'require-and-verify-client-cert'),
      minVersion: configuration['http.tls.minimumtls'],
      ciphers: configuration['http.tls.ciphersuites'],
    };
    checkTls(tls);
    return tls;
  } catch (error) {
    throw new ConfigurationError([`http.tls cannot be used: ${error instanceof Error ? error.message : String(error)}`]);
  }
}
