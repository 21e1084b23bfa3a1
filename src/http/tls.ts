/** The server over TLS: the same requests on connections that are encrypted, and asked for a certificate where that is set. */
import type { RequestListener, ServerOptions } from 'node:http';
import { createServer, type Server } from 'node:https';
import { createSecureContext, type TLSSocket } from 'node:tls';

/** What is asked of clients, as Go and with it registry:2 name it. Verified is what leads to `ca`. */
export type ClientAuth =
  | 'request-client-cert'
  | 'require-any-client-cert'
  | 'verify-client-cert-if-given'
  | 'require-and-verify-client-cert';

/** Certificates and keys are in PEM. */
export interface TlsSettings {
  /** The server's certificate, and those that lead from it to an authority that clients know. */
  readonly cert: string;
  readonly key: string;
  /** Authorities of clients' certificates. */
  readonly ca?: readonly string[] | undefined;
  readonly clientAuth?: ClientAuth | undefined;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  /** Names of OpenSSL, for TLS 1.2; the platform's choice when there are none. */
  readonly ciphers: readonly string[];
}

/** A client that connects and says nothing is cut off after it. */
const HANDSHAKE_MS = 30_000;

/** A server that speaks nothing but TLS. Throws when the key is not that of the certificate, or one of them cannot be read. */
export function createTlsServer(tls: TlsSettings, http: ServerOptions, listener: RequestListener): Server {
  const { clientAuth } = tls;
  const server = createServer(
    {
      ...http,
      ...contextOptions(tls),
      // Without HTTP/2, which a client might choose otherwise.
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: HANDSHAKE_MS,
      requestCert: clientAuth !== undefined,
      rejectUnauthorized: clientAuth === 'require-and-verify-client-cert',
    },
    listener,
  );
  // Before the server's own, which begins to read requests.
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    if (clientAuth !== undefined && !isAccepted(socket, clientAuth)) socket.destroy();
  });
  return server;
}

/**
 * New connections get these certificates and keys, by these versions and ciphers. What clients are asked for stays as it was
 * at the start, and so do connections that are open. Sessions of before are not resumed: who was verified by an authority
 * that is gone is verified again.
 */
export function renewTls(server: Server, tls: TlsSettings): void {
  server.setSecureContext(contextOptions(tls));
}

/** Throws as `createTlsServer` does, with what OpenSSL says. */
export function checkTls(tls: TlsSettings): void {
  createSecureContext(contextOptions(tls));
}

function contextOptions({ cert, key, ca, minVersion, ciphers }: TlsSettings) {
  return {
    cert,
    key,
    minVersion,
    ...(ca === undefined ? {} : { ca: [...ca] }),
    ...(ciphers.length === 0 ? {} : { ciphers: ciphers.join(':') }),
  } as const;
}

function isAccepted(socket: TLSSocket, clientAuth: ClientAuth): boolean {
  const hasCertificate = Object.keys(socket.getPeerCertificate()).length > 0;
  switch (clientAuth) {
    case 'request-client-cert':
      return true;
    case 'require-any-client-cert':
      return hasCertificate;
    case 'verify-client-cert-if-given':
      return !hasCertificate || socket.authorized;
    case 'require-and-verify-client-cert':
      return hasCertificate && socket.authorized;
  }
}
