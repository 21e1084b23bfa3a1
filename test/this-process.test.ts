import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { hasEnded, thisProcess } from '../src/this-process.js';

describe('a process', () => {
  it('has not ended while it runs, and has when it was killed', async () => {
    const self = thisProcess();
    assert.equal(hasEnded(self), false);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const other = { ...self, process: self.process.replace(/[0-9]+$/, String(child.pid)) };
    assert.equal(hasEnded(other), false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(hasEnded(other), true);
  });

  it('of another machine, another space of numbers, or none that can be read, is never said to have ended', () => {
    const self = thisProcess();
    const dead = self.process.replace(/[0-9]+$/, '999999999');
    assert.equal(hasEnded({ host: `${self.host}x`, process: dead }), false);
    assert.equal(hasEnded({ host: self.host, process: `elsewhere ${dead.split(' ')[1]}` }), false);
    assert.equal(hasEnded({ host: self.host, process: 'nonsense' }), false);
  });

  it('of a machine that is called alike is told apart', {
    skip: process.platform !== 'linux' && 'needs the /proc of Linux',
  }, () => {
    const self = thisProcess();
    const dead = self.process.replace(/[0-9]+$/, '999999999');
    assert.equal(hasEnded({ host: self.host, process: dead }), true);
    // The space of numbers is the same one there: the first of all kernels has one name.
    const other = dead.replace(/^[0-9a-f-]{36}(?=\/)/, '00000000-0000-4000-8000-000000000000');
    assert.notEqual(other, dead);
    assert.equal(hasEnded({ host: self.host, process: other }), false);
  });
});
