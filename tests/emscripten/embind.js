// What is asked of embind.cpp, in Node and in pages: one string a mistake. A plain script, for both.

globalThis.caw_checks = async (Module) => {
  const wrong = [];
  const check = (what, good) => good || wrong.push(what);

  check('a coroutine', (await Module.add(1.5, 2)) === 3.5);
  check('a promise', (await Module.plus_one(Promise.resolve(41))) === 42);
  const reason = new Error('its own');
  check('a rejection', (await Module.plus_one(Promise.reject(reason)).catch((error) => error)) === reason);
  check("Emscripten's promises", (await Module.promised(41)) === 84);

  const counter = new Module.Counter();
  check('a call of embind begins a task', counter.begin() === undefined && counter.rounds() === 0);
  while (counter.rounds() < 3) await Module.add(0, 0);
  counter.delete();
  const { calls, frames, handles } = Module.cawait.stats();
  check(`nothing left: ${JSON.stringify(Module.cawait.stats())}`, !(calls + frames + handles));
  return wrong;
};
