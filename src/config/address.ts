/** Where a server listens. No host means every address of the machine. */
export interface Address {
  readonly host: string | undefined;
  /** 0 to 65535; 0 takes any that is free. */
  readonly port: number;
}

const ADDRESS = /^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([^\s:/[\]]*)):(\d{1,5})$/;

/** The address that `host:port`, `:port` or `[IPv6]:port` spells; undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const match = ADDRESS.exec(text);
  if (match === null) return undefined;
  const port = Number(match[3]);
  return port > 65_535 ? undefined : { host: match[1] || match[2] || undefined, port };
}
