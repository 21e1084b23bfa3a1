#!/usr/bin/env node
/**
 * The command. Node's pool of threads is sized when it is first used, and loading a module may use it: so this file, which
 * is loaded without, sets the size before anything else is loaded. Four threads, the default, leave disks idle.
 * SIGHUP ends a process that does not listen for it, and for a server it asks for its files to be read again, which may come
 * while it is still being loaded: nothing has been read then, and nothing needs to be done.
 */
process.env['UV_THREADPOOL_SIZE'] ??= '16';

if (process.argv[2] === 'serve') process.on('SIGHUP', () => undefined);

void import('./program.js').then(({ runProgram }) => runProgram(process.argv));
