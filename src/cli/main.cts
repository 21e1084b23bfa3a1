#!/usr/bin/env node
/**
 * The command. Node's pool of threads is sized when it is first used, and loading a module may use it: so this file, which
 * is loaded without, sets the size before anything else is loaded. Four threads, the default, leave disks idle.
 */
process.env['UV_THREADPOOL_SIZE'] ??= '16';

void import('./program.js').then(({ runProgram }) => runProgram(process.argv));
