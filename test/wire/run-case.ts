/** Runs a case of the wire table against a server and checks each answer. */
import assert from 'node:assert/strict';
import { type Answer, type Case, type createFiller, type Step, send } from './wire-table.js';

type Filler = ReturnType<typeof createFiller>;

/** Runs all steps in order. */
export async function runCase(base: string, { steps }: Case, filler: Filler): Promise<void> {
  for (const [index, step] of steps.entries()) {
    const answer = await sendStep(base, step, filler);
    const where = `step ${index + 1}, ${filler.fill(step.do)}: ${answer.status} ${answer.body.subarray(0, 400).toString()}`;
    checkStep(step, answer, filler, where);
    saveFrom(step, answer, filler);
  }
}

/** Sends the request of a step. */
export function sendStep(base: string, step: Step, filler: Filler): Promise<Answer> {
  const [method = '', path = ''] = filler.fill(step.do).split(' ');
  const headers = Object.entries(step.headers ?? {}).map(([name, value]) => [name, filler.fill(value)]);
  const target = path.startsWith('http') ? path.slice(path.indexOf('/v2/')) : path;
  return send(base, method, target, Object.fromEntries(headers), step.body === undefined ? undefined : filler.body(step.body));
}

/** Keeps what later steps refer to. */
export function saveFrom(step: Step, answer: Answer, filler: Filler): void {
  for (const [name, header] of Object.entries(step.save ?? {})) {
    const value = answer.headers[header.toLowerCase()];
    assert.ok(value !== undefined, `the answer has no ${header}`);
    filler.save(name, value);
  }
}

function checkStep(step: Step, answer: Answer, filler: Filler, where: string): void {
  assert.equal(answer.status, step.status, where);
  for (const [name, wanted] of Object.entries(step.answer ?? {})) {
    const actual = answer.headers[name.toLowerCase()];
    if (wanted === null) assert.equal(actual, undefined, `${where}: ${name}`);
    else if (/^\/.*\/$/.test(wanted) && !wanted.startsWith('/v2/'))
      assert.match(actual ?? '', new RegExp(filler.fill(wanted).slice(1, -1)), `${where}: ${name}`);
    else assert.equal(actual, filler.fill(wanted), `${where}: ${name}`);
  }
  if (step.text !== undefined) assert.equal(answer.body.toString(), filler.body(step.text).toString(), where);
  if (step.json !== undefined) assert.deepEqual(JSON.parse(answer.body.toString()), filler.fillAll(step.json), where);
  if (step.code !== undefined) assert.equal(codesOf(answer)[0], step.code, where);
  if (step.codes !== undefined) assert.deepEqual(codesOf(answer), step.codes, where);
  checkAlways(step, answer, where);
}

/** What holds for every answer. */
function checkAlways(step: Step, answer: Answer, where: string): void {
  const [method = '', path = ''] = step.do.split(' ');
  assert.ok(answer.headers['x-request-id'], `${where}: X-Request-Id`);
  if (/^(?:\/+v2(?:[/?]|$)|\$)/.test(path))
    assert.equal(answer.headers['docker-distribution-api-version'], 'registry/2.0', where);
  if (method === 'HEAD' || answer.status === 204 || answer.status === 304) assert.equal(answer.body.length, 0, where);
  if (answer.status >= 400 && method !== 'HEAD') assert.match(codesOf(answer)[0] ?? '', /^[A-Z_]+$/, where);
}

function codesOf(answer: Answer): readonly string[] {
  const document = JSON.parse(answer.body.toString()) as { errors: { code: string }[] };
  return document.errors.map((error) => error.code);
}
