/** Connections that are encrypted. */
import type { Rows } from '../rows.js';

/** Rows of the table of keys. */
export const TLS_KEYS = {
  'http.tls.certificate': {
    type: 'file',
    bare: undefined,
    file: undefined,
    about: 'The certificate of the server, in PEM, followed by those that lead to its authority. With it, only TLS is spoken.',
  },
  'http.tls.key': { type: 'file', bare: undefined, file: undefined, about: 'The private key of the certificate, in PEM.' },
  'http.tls.clientcas': {
    type: 'files',
    bare: undefined,
    file: undefined,
    about: 'Authorities of the certificates of clients, in PEM. With them, only clients with such a certificate are served.',
    differs: 'Without a certificate it stops the start; registry:2 takes no notice of it then.',
  },
  'http.tls.clientauth': {
    type: 'clientauth',
    bare: undefined,
    file: undefined,
    about: 'Which certificates clients must show. Not set: `require-and-verify-client-cert` where there are `clientcas`.',
  },
  'http.tls.minimumtls': {
    type: 'tlsversion',
    bare: 'tls1.2',
    file: 'tls1.2',
    about: 'The oldest version of TLS that is spoken.',
    differs: '`tls1.0` and `tls1.1` stop the start.',
  },
  'http.tls.ciphersuites': {
    type: 'suites',
    bare: [],
    file: [],
    about: 'Cipher suites of TLS 1.2, by their names in Go. Empty: the choice of Node. Those of TLS 1.3 cannot be left out.',
  },
} as const satisfies Rows;
