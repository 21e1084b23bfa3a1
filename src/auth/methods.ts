/**
 * The methods that there are, by their names in the configuration. A new one is a file beside this and a line in each table.
 * A method is loaded when it is wanted, and with it the packages that it needs.
 */
import type { AuthMethod, AuthTools } from './auth.js';
import type { HtpasswdOptions } from './htpasswd.js';
import type { TokenOptions } from './token.js';

/** The options of each method. */
export interface MethodOptions {
  readonly htpasswd: HtpasswdOptions;
  readonly token: TokenOptions;
}

/** Names a method. */
export type MethodName = keyof MethodOptions;

const METHODS: { readonly [M in MethodName]: (options: MethodOptions[M], tools: AuthTools) => Promise<AuthMethod> } = {
  htpasswd: async (options, tools) => (await import('./htpasswd.js')).openHtpasswd(options, tools),
  token: async (options, tools) => (await import('./token.js')).openToken(options, tools),
};

/** Makes the method. Rejects with a sentence when what its options name cannot be used. */
export function openAuthMethod<M extends MethodName>(name: M, options: MethodOptions[M], tools: AuthTools): Promise<AuthMethod> {
  return METHODS[name](options, tools);
}
