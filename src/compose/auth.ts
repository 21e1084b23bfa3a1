/** Who may do what, from what is configured. */
import type { AuthMethod, AuthTools } from '../auth/auth.js';
import { type MethodName, type MethodOptions, openAuthMethod } from '../auth/methods.js';
import type { TokenOptions } from '../auth/token.js';
import { ConfigurationError } from '../config/configuration-error.js';
import type { Configuration } from '../config/keys.js';
import { systemClock } from '../core/clock.js';

/** The method of authentication that is configured. A ConfigurationError when what it names cannot be used. */
export async function authFrom(configuration: Configuration, logger: AuthTools['log']): Promise<AuthMethod | undefined> {
  const [realm, path] = [configuration['auth.htpasswd.realm'], configuration['auth.htpasswd.path']];
  if (realm !== undefined && path !== undefined) return openMethod('htpasswd', { realm, path }, logger);
  const token = tokenOptionsFrom(configuration);
  return token && openMethod('token', token, logger);
}

function tokenOptionsFrom(configuration: Configuration): TokenOptions | undefined {
  const { 'auth.token.realm': realm, 'auth.token.service': service, 'auth.token.issuer': issuer } = configuration;
  if (realm === undefined || service === undefined || issuer === undefined) return undefined;
  return {
    realm,
    service,
    issuer,
    rootcertbundle: configuration['auth.token.rootcertbundle'],
    jwks: configuration['auth.token.jwks'],
    signingalgorithms: configuration['auth.token.signingalgorithms'],
    autoredirect: configuration['auth.token.autoredirect'],
    autoredirectpath: configuration['auth.token.autoredirectpath'],
  };
}

async function openMethod<M extends MethodName>(
  name: M,
  options: MethodOptions[M],
  logger: AuthTools['log'],
): Promise<AuthMethod> {
  try {
    return await openAuthMethod(name, options, { clock: systemClock, log: logger });
  } catch (error) {
    throw new ConfigurationError([`auth.${name}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}
