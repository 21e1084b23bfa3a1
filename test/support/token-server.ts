/**
 * A token server (Docker's token protocol) for tests: users with passwords, what each may do, and tokens by a key that the
 * registry trusts. It answers GET with Basic, as docker does, and POST with a form, as OAuth2 clients do.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { SignJWT } from 'jose';
import { type Certified, certify } from './certified.js';

/** Somebody, with scopes such as `repository:team/app:pull,push`; a name that ends in `*` is a prefix. */
export interface TokenUser {
  readonly password: string;
  readonly may: readonly string[];
}

/** A server that runs. */
export interface TokenServer {
  /** Where clients get tokens. */
  readonly realm: string;
  /** What the registry is to trust. */
  readonly authority: Certified;
  /** The scopes that were asked for, in turn. */
  readonly asked: readonly string[];
  /** Every token and password that went through it. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

/** The service and the issuer of every token. */
export const SERVICE = 'registry.test';
export const ISSUER = 'tokens.test';

/** Starts it on a free port of 127.0.0.1. The user `''` stands for those without a name and a password. */
export async function startTokenServer(users: Readonly<Record<string, TokenUser>>): Promise<TokenServer> {
  const authority = certify('authority', { ca: true });
  const signer = certify('signer', { issuer: authority });
  const asked: string[] = [];
  const secrets: string[] = [];
  const issue = async (name: string, scopes: readonly string[]): Promise<object> => {
    asked.push(...scopes);
    const token = await new SignJWT({ access: scopes.flatMap((scope) => granted(users[name]?.may ?? [], scope)) })
      .setProtectedHeader({ typ: 'JWT', alg: 'ES256', x5c: [signer.x5c] })
      .setIssuer(ISSUER)
      .setAudience(SERVICE)
      .setSubject(name)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(signer.privateKey);
    secrets.push(token);
    return { token, access_token: token, expires_in: 300, issued_at: new Date().toISOString() };
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://any');
    const form = request.method === 'POST' ? new URLSearchParams(await bodyOf(request)) : url.searchParams;
    const basic = Buffer.from(request.headers.authorization?.split(' ')[1] ?? '', 'base64').toString();
    const [name, password] =
      request.method === 'POST' ? [form.get('username') ?? '', form.get('password') ?? ''] : basic.split(/:(.*)/s);
    secrets.push(password || SERVICE);
    const isGood = name === '' || users[name ?? '']?.password === password;
    const scopes = form.getAll('scope').flatMap((scope) => scope.split(' '));
    const status = !isGood || form.get('service') !== SERVICE ? 401 : 200;
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(status === 200 ? await issue(name ?? '', scopes) : { details: 'wrong name or password' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    // By its name: crane takes no realm at an address of this machine.
    realm: `http://localhost:${port}/token`,
    authority,
    asked,
    get secrets() {
      return secrets.filter((secret) => secret !== SERVICE);
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The part of a scope that is covered: less than what was asked for is no error. */
function granted(may: readonly string[], scope: string): readonly object[] {
  const [type = '', name = '', actions = ''] = scope.split(':');
  const rights = may.flatMap((right) => {
    const [ofType, ofName = '', allowed = ''] = right.split(':');
    const isCovered = ofName.endsWith('*') ? name.startsWith(ofName.slice(0, -1)) : name === ofName;
    return ofType === type && (isCovered || name === '*') ? allowed.split(',') : [];
  });
  const both = actions.split(',').filter((action) => rights.includes(action) || rights.includes('*'));
  return both.length === 0 ? [] : [{ type, name, actions: both }];
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text;
}
