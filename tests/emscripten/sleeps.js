// What is asked of sleep.c, in Node and in pages: one string a mistake. A plain script, for both. `last`: what its end is, of what is refused.

globalThis.caw_checks = async (Module, { last, jspi = false }) => {
  const wrong = [];
  const check = (what, good) => good || wrong.push(what);
  const call = async (name, ...args) => Module.ccall(name, 'number', ['number', 'number'], args, { async: true });
  const nap = (...args) => call('nap', ...args);
  const failed = (promise) => promise.then(String, (error) => error);

  check("main()'s stack, while the loop had its turns", Module.main_slept() === 0);

  // Turns, and calls of async functions, while C is suspended: it ends when there were three.
  let asleep = true;
  const sleeping = call('nap_for', 3, 3).finally(() => (asleep = false));
  let calls = 0;
  while (asleep) if ((await Module.deep(9)) === 9) calls++;
  check('a nap', (await sleeping) === 0);
  check(`calls meanwhile: ${calls}`, calls > 0);

  // The second that sleeps is the first that goes on.
  if (jspi) check('one within the other', String(await Promise.all([nap(20, 4), nap(1, 5)])) === '0,0');

  const pending = failed(Module.deep(1));
  let refused, words;
  if (last === 'inside') {
    refused = await failed(Module.naps(1));
    words = /cannot suspend C as a whole/;
  } else {
    const [first, second] = [failed(nap(1, 4)), failed(nap(20, 5))];
    refused = await (jspi ? first : second);
    words = /two calls are suspended/;
  }
  check(`${last} is refused: ${refused}`, words.test(String(refused)));
  check('and so are all others', /Trap/.test((await failed(Module.deep(1))).name));
  await pending;
  return wrong;
};
