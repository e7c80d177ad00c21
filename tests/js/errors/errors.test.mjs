// Errors across the border, both ways: type, message, cause, notes, await chain; JavaScript's own objects keep their identity.

import assert from 'node:assert/strict';
import test from 'node:test';
import { CawError } from '../../../dist/js/node.js';
import { build, load, quiet, rejection, start } from '../harness.mjs';

const source = new URL('errors.c', import.meta.url);
const { app, x } = await start(source);

// In the order of CAW_ERROR_TYPES, from 1; what is thrown as something else is told apart below.
const TYPES = (
  'BaseException CancelledError GeneratorExit KeyboardInterrupt SystemExit BaseExceptionGroup Exception ExceptionGroup ' +
  'RuntimeError ValueError TypeError MemoryError LookupError EOFError OSError TimeoutError InvalidStateError QueueEmpty ' +
  'QueueFull QueueShutDown IncompleteReadError LimitOverrunError BrokenBarrierError StopAsyncIteration JsError'
).split(' ');

test('every type of C by its name', async () => {
  for (const [index, type] of TYPES.entries()) {
    for (const wait of [false, true]) {
      const error = await rejection(x.outer(index + 1, wait));
      assert.ok(error instanceof Error);
      if (type === 'CancelledError' || type === 'TimeoutError') {
        assert.ok(error instanceof DOMException);
        assert.equal(error.name, type === 'TimeoutError' ? type : 'AbortError');
      } else {
        assert.ok(error instanceof CawError);
        assert.equal(error.type, type);
        assert.equal(error.name, type);
        assert.match(error.code, /^CAW_[A-Z_]+$/);
      }
      assert.equal(error.message, `type ${index + 1}`);
    }
  }
  quiet(app);
});

test('codes are the C names', async () => {
  const codes = /** @type {Record<string, string>} */ ({ ValueError: 'CAW_VALUE_ERROR', EOFError: 'CAW_EOF_ERROR' });
  Object.assign(codes, {
    OSError: 'CAW_OS_ERROR',
    StopAsyncIteration: 'CAW_STOP_ASYNC_ITERATION',
    JsError: 'CAW_JS_ERROR',
  });
  for (const [type, code] of Object.entries(codes))
    assert.equal((await rejection(x.outer(TYPES.indexOf(type) + 1, false))).code, code);
});

test('the stack begins with the C functions', async () => {
  const error = await rejection(x.outer(10, true));
  const lines = error.stack.split('\n');
  // Before them the error itself, where the host's stacks begin with that.
  if (new Error().stack?.startsWith('Error')) assert.match(lines.shift(), /^ValueError: type 10$/);
  const [first, second] = lines;
  assert.match(first, /^    at inner \(.*errors\.c:\d+\)$/);
  assert.match(second, /^    at outer \(.*errors\.c:\d+\)$/);
  assert.equal(`${error}`, 'ValueError: type 10');
});

test('errno, cause, notes, groups', async () => {
  const os = await rejection(x.os());
  assert.equal(os.type, 'OSError');
  assert.ok(os.errno > 0);
  const rich = await rejection(x.rich());
  assert.deepEqual(rich.notes, ['first note', 'second note']);
  assert.ok(rich.cause instanceof CawError);
  assert.equal(rich.cause.type, 'LookupError');
  const group = await rejection(x.group());
  assert.equal(group.type, 'ExceptionGroup');
  assert.deepEqual(group.errors.map(String), ['ValueError: one', 'TypeError: two']);
  quiet(app);
});

test('what C makes of an error of JavaScript', async () => {
  const seen = (/** @type {unknown} */ reason) => x.seen(Promise.reject(reason));
  assert.equal(await seen(new RangeError('far')), 'JsError|RangeError: far|0|1');
  assert.equal(await seen('text'), 'JsError|text|0|1');
  assert.equal(await seen(new DOMException('stop', 'AbortError')), 'CancelledError|stop|0|1');
  assert.equal(await seen(new DOMException('slow', 'TimeoutError')), 'TimeoutError|slow|0|1');
  const os = await rejection(x.os());
  assert.equal(await seen(os), `OSError|no file|${os.errno}|1`);
  assert.equal(await seen(await rejection(x.outer(10, false))), 'ValueError|type 10|0|1');
  assert.equal(await seen(new CawError('ValueError', 'made here')), 'ValueError|made here|0|1');
  quiet(app);
});

test('the same object comes out, through tasks, finally and a handler', async () => {
  for (const reason of [
    new Error('a'),
    new DOMException('b', 'AbortError'),
    new DOMException('c', 'TimeoutError'),
    'd',
    null,
  ])
    assert.equal(await rejection(x.through(Promise.reject(reason))), reason);
  const reason = new Error('inner');
  const wrapped = await rejection(x.wraps(Promise.reject(reason)));
  assert.equal(wrapped.type, 'RuntimeError');
  assert.equal(wrapped.cause, reason);
  quiet(app);
});

test('done is the value of CAW_MAIN, or its error', async () => {
  assert.equal(await app.done, 5);
  const failing = await load(build(source, ['-DFAILS']));
  const error = await rejection(failing.done);
  assert.equal(`${error}`, 'ValueError: main failed');
  assert.match(error.stack, /at main_ \(.*errors\.c:\d+\)/);
  quiet(failing);
});
