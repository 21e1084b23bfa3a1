/** Where a server listens. No host means every address of the machine. */
export interface Address {
  readonly host: string | undefined;
  /** 0 to 65535; 0 takes any that is free. */
  readonly port: number;
}

/** Where a server of the API listens: an address, or the path of a Unix socket. */
export type ListenPlace = Address | { readonly socket: string };

const ADDRESS = /^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([^\s:/[\]]*)):(\d{1,5})$/;

/** The address that `host:port`, `:port` or `[IPv6]:port` spells; undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const match = ADDRESS.exec(text);
  if (match === null) return undefined;
  const port = Number(match[3]);
  return port > 65_535 ? undefined : { host: match[1] || match[2] || undefined, port };
}

/** What fits into the address of a socket; libuv cuts off the rest without a word. */
const MAX_SOCKET_BYTES = 107;

/** An address, or the path of a socket, which has a slash: `./name` in the working folder. Undefined for anything else. */
export function parseListenPlace(text: string): ListenPlace | undefined {
  if (!text.includes('/')) return parseAddress(text);
  const isPath = !text.endsWith('/') && !text.includes('://') && !text.includes('\0');
  return isPath && Buffer.byteLength(text) <= MAX_SOCKET_BYTES ? { socket: text } : undefined;
}
