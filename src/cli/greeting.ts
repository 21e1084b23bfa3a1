/** What a start says: where the registry is, where data goes, and how to push a first image. */
import type { Running } from '../compose/start.js';
import { versionOf } from './version.js';

/** Text for a person on a terminal, a line of the log otherwise. */
export function greet(running: Running, isTerminal: boolean): void {
  const { url, debugUrl, folder, isReadOnly, logger } = running;
  const data = folder ?? 'memory: gone when it stops';
  const { heading, field, lines: first } = firstSteps(running);
  if (!isTerminal) {
    const use = isReadOnly ? { readonly: true } : { [field]: first[0] };
    logger.info(`listening on ${url}`, { url, data, ...(debugUrl ? { debug: debugUrl } : {}), ...use });
    return;
  }
  const lines = [
    '',
    `  lading ${versionOf()} listens on ${url}`,
    `  data ${isReadOnly ? 'comes from' : 'goes to'} ${data}`,
    ...(debugUrl ? [`  health and metrics are on ${debugUrl}`] : []),
    '',
    ...(isReadOnly
      ? ['  It is read-only (storage.maintenance.readonly): nothing can be pushed or deleted.']
      : [`  ${heading}:`, ...first.map((line) => `    ${line}`)]),
    '',
    '  Ctrl-C stops it.',
    '',
  ];
  console.log(lines.join('\n'));
}

interface FirstSteps {
  readonly heading: string;
  /** The name of the first line in a log. */
  readonly field: string;
  readonly lines: readonly string[];
}

/** What to try. Names of images hold neither a socket nor a path before `/v2/`: then a look is all that this machine can do. */
function firstSteps({ url, apiUrl }: Running): FirstSteps {
  const socket = url.startsWith('unix:') ? ` --unix-socket ${url.slice('unix:'.length)}` : '';
  if (socket === '' && apiUrl === `${url}/v2/`)
    return {
      heading: 'Push a first image, with whichever you have',
      field: 'push',
      lines: pushLines(hostOf(url), url.startsWith('https:')),
    };
  return {
    heading: 'Clients come through a proxy. To ask for what is here',
    field: 'ask',
    lines: [`curl${socket} ${apiUrl}_catalog`],
  };
}

/** As it stands in the name of an image. Every client but docker wants to be told that it is plain HTTP. */
function hostOf(url: string): string {
  const { hostname, host, port } = new URL(url);
  return NEARBY.has(hostname) ? `localhost:${port || '80'}` : host;
}

/** Addresses by which this machine reaches itself, or which stand for all that it has. */
const NEARBY: ReadonlySet<string> = new Set(['127.0.0.1', '0.0.0.0', '[::]', '[::1]']);

function pushLines(host: string, isSecure: boolean): readonly string[] {
  const [skopeo, podman] = isSecure ? ['', ''] : [' --dest-tls-verify=false', ' --tls-verify=false'];
  return [
    `skopeo copy${skopeo} docker://docker.io/library/busybox docker://${host}/busybox`,
    `crane copy busybox ${host}/busybox`,
    `podman pull busybox && podman push${podman} busybox ${host}/busybox`,
    `docker pull busybox && docker tag busybox ${host}/busybox && docker push ${host}/busybox`,
  ];
}
