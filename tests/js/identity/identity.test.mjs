// An object that JavaScript threw comes out of C as itself, whatever is over the task or the future that it went through, and however
// often it is asked for.

import assert from 'node:assert/strict';
import test from 'node:test';
import { CawError } from '../../../dist/js/node.js';
import { quiet, rejection, settled, start } from '../harness.mjs';

const source = new URL('identity.c', import.meta.url);
// In the order of identity.c.
const WAYS = (
  'task, shield, shield of a future, shield of a shield, shield awaited twice, shield of what has ended, gather, gather awaited twice, ' +
  'gather_settled, race, wait_for, wait_for of a shield, timeout, move_on_after, as_completed, next_completed, wait, task group, ' +
  'task awaited again, task awaited four times, two that await it, exception, set_error, generator, promise of a shield'
).split(', ');
const REASONS = () => [
  new DOMException('stop', 'AbortError'),
  new DOMException('', 'AbortError'),
  { name: 'AbortError' },
  new CawError('CancelledError', 'of another instance'),
  new DOMException('late', 'TimeoutError'),
  new CawError('ValueError', 'made here'),
  new TypeError('wrong'),
  'text',
  null,
];
/** Rejected when C waits for it. @param {unknown} reason */
const soon = (reason) => new Promise((_, reject) => setImmediate(reject, reason));

for (const [how, way] of WAYS.entries())
  test(`through ${way}`, async () => {
    const { app, x } = await start(source);
    assert.equal(x.ways(), WAYS.length);
    for (const reason of REASONS()) {
      const error = await rejection(x.through(soon(reason), how));
      // Python's group takes no part in a cancellation, and puts anything else into an ExceptionGroup.
      assert.equal(way === 'task group' && error instanceof CawError && error.errors ? error.errors[0] : error, reason);
    }
    await settled();
    quiet(app);
  });

test('promises of one future, and of shields and tasks over it', async () => {
  const { app, x, reports } = await start(source);
  for (const reason of REASONS()) {
    const all = await x.rejected(soon(reason));
    for (const error of await Promise.all(all.map(rejection))) assert.equal(error, reason);
  }
  await settled();
  quiet(app);
  assert.deepEqual(reports, []);
});
