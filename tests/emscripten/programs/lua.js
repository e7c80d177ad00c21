// What is asked of lua.c, in Node and in pages: one string a mistake. A plain script, for both.

globalThis.caw_checks = async (Module) => {
  const wrong = [];
  const check = (what, good) => good || wrong.push(what);
  const { run } = Module;
  const failure = (promise) => promise.then((value) => `no error but ${value}`, String);
  const notes = [];
  Object.assign(globalThis, {
    price: async (name) => (name === 'apples' ? 3 : undefined),
    fails: () => Promise.reject(new RangeError('sold out')),
    throws: () => {
      throw new RangeError('at once');
    },
    half: () => 0.5,
    object: () => ({}),
    note: (text) => void notes.push(text),
  });

  check('a number', (await run('return 1 + 1')) === 2);
  check('text', (await run('local a, b = "grüße", "€" return a .. b')) === 'grüße€');
  check('nothing', (await run('')) === undefined);
  check('a promise', (await run('sleep(0.001) return call("price", "apples") * 14')) === 42);
  check('3 of JavaScript is an integer', (await run('return math.type(call("price", "apples"))')) === 'integer');
  check('undefined', (await run('return call("price", "pears") == nil')) === true);

  await Promise.all(['a', 'b'].map((s) => run(`for n = 1, 3 do call("note", "${s}" .. n) end`)));
  check(`scripts take turns: ${notes}`, String(notes) === 'a1,b1,a2,b2,a3,b3');

  const caught = await run('local ok, why = pcall(call, "fails") return why');
  check(`a rejection: ${caught}`, caught === 'RangeError: sold out');
  check('an exception', /at once$/.test(await run('return select(2, pcall(call, "throws"))')));
  check('no function', (await run('return (pcall(call, "nobody"))')) === false);
  check('an object', /nothing that Lua has/.test(await failure(run('call("object")'))));
  const uncaught = await failure(run('local a\ncall("fails")'));
  check(`what pcall does not catch: ${uncaught}`, /RuntimeError: .*sold out/.test(uncaught));
  const line = await failure(run('local a\nerror("no luck")'));
  check(`the line: ${line}`, line === 'RuntimeError: script:2: no luck');
  check('an error that is no text', /RuntimeError: no text/.test(await failure(run('error({})'))));
  check('a number that is no integer', (await run('return call("price", "apples") / 2 + call("half")')) === 2);
  check('no Lua', /script:1: .*near/.test(await failure(run('this is none'))));
  const inner = await failure(run('coroutine.wrap(function() sleep(0) end)()'));
  check(`its own coroutine: ${inner}`, /to who resumes it/.test(inner));
  const sorted = await failure(run('table.sort({ 1, 2 }, function() sleep(0) end)'));
  check(`inside sort: ${sorted}`, /inside a function that C has called/.test(sorted));

  // Cancelled while it waits, and while it computes without end.
  const aborted = async (script) => {
    const controller = new AbortController();
    const over = run(script, { signal: controller.signal }).catch((error) => error);
    for (let turns = 0; turns < 3; turns++) await new Promise((done) => setTimeout(done));
    controller.abort(new Error('enough'));
    return (await over).message === 'enough';
  };
  const guard = 'local guard <close> = setmetatable({}, { __close = function() closed = (closed or 0) + 1 end })';
  check('an abort of one that waits', await aborted(`${guard} sleep(1000)`));
  check(
    'of one that computes, and catches everything',
    await aborted(`${guard} pcall(function() while true do end end)`),
  );
  check('what they had is closed', (await run('return closed')) === 2);

  const { calls, frames, handles } = Module.cawait.stats();
  check(`nothing left: ${JSON.stringify(Module.cawait.stats())}`, !(calls + frames + handles));
  return wrong;
};
