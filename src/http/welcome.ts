/** What a browser is shown at `/`: that this is a registry, and how it is used. */
import type { IncomingMessage } from 'node:http';
import { hostOf } from './base-url.js';

/** Whether the client wants a page: browsers name `text/html`, load balancers and scripts do not. */
export function wantsPage({ headers }: IncomingMessage): boolean {
  return headers.accept?.includes('text/html') ?? false;
}

/** A page that needs nothing else: no script, no picture, no other address. */
export function welcomePage(request: IncomingMessage, basePath: string): string {
  const host = hostOf(request) ?? 'localhost';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>lading</title>
<style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:3rem auto;max-width:40rem;padding:0 1rem}</style>
</head>
<body>
<h1>lading</h1>
<p>This is a container image registry.</p>
<pre>docker tag IMAGE ${host}/NAME:TAG
docker push ${host}/NAME:TAG
docker pull ${host}/NAME:TAG</pre>
<p>What is here: <a href="${basePath}/v2/_catalog">repositories</a>.</p>
</body>
</html>
`;
}
