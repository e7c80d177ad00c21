// Who is measured by `npm run bench -- --emscripten`: how each is compiled, and how JavaScript calls it.
// It must not know the rows' numbers, or who holds the clock.

/** @typedef {Record<string, (...args: any[]) => any>} Calls */

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {string[]} sources  in tests/bench
 * @property {string} hello  in tests/bench: with the rest of the flags, a function that waits 10 ms and gives its text back
 * @property {string} [flags]
 * @property {string} [helloFlags]
 * @property {boolean} [port]  by our port
 * @property {(module: any, settled: Promise<number>) => Calls} calls  of the rows
 * @property {(module: any, name: string) => Promise<string>} greets  of hello
 */

/** @type {Contender[]} */
export const CONTENDERS = [
  {
    name: 'cawait',
    sources: ['bridge.c', 'tasks.c'],
    hello: 'hello.c',
    port: true,
    calls: (module, settled) => ({
      ...module.cawait.exports,
      await_promise: (/** @type {number} */ times) => module.await_promise(settled, times),
    }),
    greets: (module, name) => module.hello(name),
  },
  {
    name: 'promise.h',
    sources: ['emscripten/promise.c'],
    hello: 'emscripten/promise.c',
    flags: '-sDEFAULT_LIBRARY_FUNCS_TO_INCLUDE=$getPromise -sEXPORTED_RUNTIME_METHODS=getPromise',
    helloFlags: '-sEXPORTED_RUNTIME_METHODS=getPromise,ccall,UTF8ToString -sEXPORTED_FUNCTIONS=_free',
    calls(module) {
      module._begin();
      const { getPromise, _drop, _at_once } = module;
      const promised = (/** @type {string} */ name) => {
        const start = module[`_${name}`];
        return (/** @type {number} */ n) => getPromise(start(n));
      };
      const names = ['await_promise', 'after_a_wait', 'await_spawned'];
      return {
        ...Object.fromEntries(names.map((name) => [name, promised(name)])),
        at_once(n) {
          const handle = _at_once(n);
          const promise = getPromise(handle);
          _drop(handle);
          return promise;
        },
      };
    },
    async greets(module, name) {
      const hello = await module.getPromise(module.ccall('hello', 'number', ['string'], [name]));
      const text = module.UTF8ToString(hello);
      module._free(hello);
      return text;
    },
  },
  {
    name: 'co_await',
    sources: ['emscripten/embind.cpp'],
    hello: 'emscripten/embind.cpp',
    flags: '-lembind -std=c++20',
    calls(module, settled) {
      module.begin();
      return { ...module, await_promise: (/** @type {number} */ times) => module.await_promise(settled, times) };
    },
    greets: (module, name) => module.hello(name),
  },
  {
    name: 'JSPI',
    sources: ['emscripten/suspend.c'],
    hello: 'emscripten/suspend.c',
    flags: '-sJSPI -sJSPI_EXPORTS=await_promise,at_once,after_a_wait,await_spawned,once --js-library=suspend.js',
    helloFlags: '-sJSPI -sJSPI_EXPORTS=hello -DSLEEP=1 -sEXPORTED_RUNTIME_METHODS=ccall',
    calls: (module) => ({
      await_promise: module._await_promise,
      at_once: module._at_once,
      after_a_wait: module._after_a_wait,
      await_spawned: module._await_spawned,
    }),
    greets: (module, name) => module.ccall('hello', 'string', ['string'], [name], { async: true }),
  },
  {
    name: 'Asyncify',
    sources: ['emscripten/suspend.c'],
    hello: 'emscripten/suspend.c',
    flags: '-sASYNCIFY --js-library=suspend.js -sEXPORTED_RUNTIME_METHODS=ccall',
    helloFlags: '-sASYNCIFY -DSLEEP=1 -sEXPORTED_RUNTIME_METHODS=ccall',
    calls(module) {
      const called = (/** @type {string} */ name) => (/** @type {number} */ n) =>
        module.ccall(name, 'number', ['number'], [n], { async: true });
      // A child would be a second call that is suspended: there can be only one.
      return Object.fromEntries(['await_promise', 'at_once', 'after_a_wait'].map((name) => [name, called(name)]));
    },
    greets: (module, name) => module.ccall('hello', 'string', ['string'], [name], { async: true }),
  },
];

/** What is the same in each of them, as a program of its own: of it, hello's size counts as nothing. */
export const PLAIN = {
  hello: 'emscripten/suspend.c',
  helloFlags: '-DSLEEP=0 -sEXPORTED_RUNTIME_METHODS=ccall',
};
