import type { Server } from 'node:http';
import { Server as SecureServer } from 'node:https';
import { makeRoom } from './socket-file.js';

/** Where a server listens: a host (undefined: every address) and a port (0: any free one), or the path of a Unix socket. */
export type ListenAddress = { readonly host: string | undefined; readonly port: number } | { readonly socket: string };

/**
 * Resolves to the URL once the server accepts connections; `unix:<path>` for a socket, of which a file that nobody listens on
 * any more is removed first. Rejects when it cannot.
 */
export async function listenAt(server: Server | SecureServer, address: ListenAddress): Promise<string> {
  if ('socket' in address) await makeRoom(address.socket);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen('socket' in address ? { path: address.socket } : address, () => {
      server.off('error', reject);
      resolve(urlOf(server));
    });
  });
}

function urlOf(server: Server | SecureServer): string {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') return `unix:${bound ?? ''}`;
  const scheme = server instanceof SecureServer ? 'https' : 'http';
  return `${scheme}://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`;
}
