// What is asked of promise.c, in Node and in pages: one string a mistake. A plain script, for both.

globalThis.caw_checks = async (Module, { ours = false, awaits = false, crash }) => {
  const wrong = [];
  const check = (what, good) => good || wrong.push(what);
  const failure = (promise) => promise.then(String, (error) => error);
  const reason = (globalThis.caw_reason = new Error('its own'));

  check('facts', (await Module.facts_wrong()) === 0);
  if (awaits) {
    const bits = await Module.ccall('awaits', 'number', [], [], { async: true });
    check(`emscripten_promise_await: ${bits}`, bits === 0);
  }
  check('values', (await Module.both(41, false)) === 41 + 42);
  check('a reason', (await Module.both(41, true)) === 41 + 1000 * 42);
  if (!ours) {
    check("a text of a library's", (await Module.text(1)) === 'some text');
    check('its error', (await failure(Module.text(-1))) === reason);
    const mismatch = await failure(Module.text(0));
    check(
      `another type: ${mismatch}`,
      mismatch.name === 'TypeError' && /expected a string, got/.test(mismatch.message),
    );
    check('an address', (await Module.pointer(2)) === 3000000000);
  }
  for (const destroyed of [false, true]) {
    const dead = await failure(Module.dead(destroyed));
    const words = new RegExp(
      `: ${destroyed ? '\\d+' : 0} is ${ours ? 'no promise of <cawait' : "none of Emscripten's promises"}`,
    );
    check(`a dead one: ${dead}`, dead.code === 'CAW_TYPE_ERROR' && words.test(dead.message));
  }
  const late = await failure(Module.limited(0.001));
  check(`a time limit: ${late}`, late.name === 'TimeoutError');
  const controller = new AbortController();
  const limited = failure(Module.limited(1000, { signal: controller.signal }));
  controller.abort(reason);
  check('an abort', (await limited) === reason);

  check('a number given out', (await Module.given(6)) === 7);
  const VALUE_ERROR = 10;
  check('an error given out', (await Module.given(-1)) === -VALUE_ERROR + 1);
  const all = await Module.given_all();
  check(`all kinds: ${all}`, all === `+5--${VALUE_ERROR}-3+7+0-0`);

  if (!ours) check(`Emscripten holds ${Module.held()}`, Module.held() === 0);
  const { bytes, ...left } = Module.cawait.stats();
  check(`nothing left: ${JSON.stringify(left)}`, bytes && !Object.values(left).some(Boolean));

  if (crash) {
    const last = await failure(Module.crash(crash === 'exit'));
    check(`a callback's ${crash}: ${last}`, last.name === (crash === 'exit' ? 'SystemExit' : 'Trap'));
  }
  return wrong;
};
