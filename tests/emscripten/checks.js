// What is asked of a program inside Emscripten's own JavaScript, in Node and in pages: one string a mistake. A plain script, for both.

globalThis.caw_checks = async (Module, { crash = 'dispose', file = true, megabytes = 8, oom = false }) => {
  const wrong = [];
  const check = (what, good) => good || wrong.push(what);
  const rejection = async (promise) => {
    try {
      return { value: await promise };
    } catch (error) {
      return error;
    }
  };
  const { cawait } = Module;

  check('a sum', (await Module.add(1, 2)) === 3);
  check('a plain function', Module.half(3) === 1.5);
  check('text', (await Module.twice('grüße€')) === 'grüße€grüße€');
  check('a wrong argument', (await rejection(Module.add('one', 2))) instanceof TypeError);
  const failure = await rejection(Module.fail());
  check('an error', failure.name === 'ValueError' && failure.message === 'no such luck');
  check(
    '100 calls at once',
    (await Promise.all(Array.from({ length: 100 }, (_, n) => Module.add(n, 1)))).at(-1) === 100,
  );

  const controller = new AbortController();
  const waiting = rejection(Module.wait({ signal: controller.signal }));
  check(
    'a task',
    cawait.tasks().some(({ calls }) => calls.some((call) => call.function === 'wait')),
  );
  controller.abort(new Error('enough'));
  check('an abort', (await waiting).message === 'enough' && Module.cleanups() === 1);

  check('a promise', (await Module.plus_one(new Promise((done) => setTimeout(done, 1, 41)))) === 42);
  const reason = new Error('its own');
  check('a rejection', (await rejection(Module.plus_one(Promise.reject(reason)))) === reason);

  const grown = (await Module.grow(megabytes)) % 1;
  check(`${megabytes} megabytes`, grown === 0.5);
  if (oom) {
    const full = await rejection(Module.grow(-1));
    check(`a block that cannot be had: ${full}`, full.code === 'CAW_MEMORY_ERROR');
  }
  if (file) check('files, getenv, printf, EM_JS', (await Module.emscripten()) === 42);
  check('what main() has begun', Module.background_rounds() === 3);

  cawait.setBudget({ jobs: 10 });
  const { handles, promises, calls, frames, timers } = cawait.stats();
  check(`nothing left: ${JSON.stringify(cawait.stats())}`, !(handles + promises + calls + frames + timers));

  // The end, while somebody waits.
  const pending = rejection(Module.wait());
  const waits = crash === 'dispose' ? 'AbortError' : undefined; // a task that is cancelled
  const last = await rejection(
    crash === 'dispose' ? cawait.dispose() : Module.crash({ abort: 0, trap: 1, exit: 3 }[crash]),
  );
  const expected = { abort: 'Trap', trap: 'Trap', exit: 'SystemExit', dispose: 'Disposed' }[crash];
  check(`${crash}: ${last.name}`, crash === 'dispose' || last.name === expected);
  check(`${crash}: who waits`, (await pending).name === (waits ?? expected));
  check(`${crash}: who calls then`, (await rejection(Module.add(1, 2))).name === expected);
  if (crash === 'exit') check('exit: its code', last.errno === 3);
  return wrong;
};
