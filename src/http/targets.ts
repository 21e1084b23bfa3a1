/** Where the API is: at `/v2/`, or below a prefix that proxies hand on as it is. */
import { RegistryError } from '../core/errors.js';
import { isApiTarget, parseRequest, pathStart, type RegistryRequest } from './request.js';

/** Request targets, by where the API is. */
export interface Targets {
  /** As `parseRequest`. */
  parse(url: string): RegistryRequest;
  /** As `isApiTarget`. */
  isApi(url: string): boolean;
}

/**
 * The targets of a server whose API is below this path, which has no slash at its end. What is not of the API stays where it
 * is: whoever watches over the server need not know of the prefix.
 */
export function createTargets(prefix: string): Targets {
  if (prefix === '') return { parse: parseRequest, isApi: isApiTarget };
  // Doubled slashes do not matter here either.
  const before = new RegExp(
    `^/+${prefix
      .slice(1)
      .split('/')
      .map((part) => part.replaceAll('.', '\\.'))
      .join('/+')}(?=/)`,
  );
  /** The target without the prefix, when it has it and is of the API. */
  const below = (url: string): string | undefined => {
    const path = url.startsWith('/') ? url : url.slice(pathStart(url));
    const rest = path.slice(before.exec(path)?.[0].length ?? path.length);
    return isApiTarget(rest) ? rest : undefined;
  };
  return {
    parse(url) {
      const rest = below(url);
      if (rest !== undefined) return parseRequest(rest);
      if (isApiTarget(url)) throw new RegistryError('NOT_FOUND', { detail: { path: url.slice(0, 256) } });
      return parseRequest(url);
    },
    isApi: (url) => below(url) !== undefined,
  };
}
