// The values of a random case, made of their recipes: what looks at them does what the recipe says.
// It must not know when they are made, or what becomes of them (world.mjs).

/** @import { Recipe } from './recipes.mjs' */
/** @import { World } from './world.mjs' */

import { BRAND, FOREIGN, ODD, bytes, objectOf, quietly } from './pieces.mjs';

/** What a recipe says. @param {World} world @param {Recipe} recipe  @returns {any} */
export function made(world, recipe) {
  const { k, n, v } = recipe;
  const look = () => world.perform(recipe['act']);
  switch (k) {
    case 'odd':
      return ODD[n];
    case 'number':
    case 'text':
      return v;
    case 'bigint':
      return BigInt(v);
    case 'bytes':
      return bytes(n);
    case 'memory': {
      const { buffer } = world.ended ? new Uint8Array(8) : world.app.memory;
      return [buffer, new Uint8Array(buffer, 0, 8), new DataView(buffer)][n];
    }
    case 'deferred':
      return world.deferreds[n].promise;
    case 'signal':
      return world.controllers[n]?.signal;
    case 'controller':
      return world.controllers[n];
    case 'foreign':
      return quietly(world.host.foreign(FOREIGN[n] ?? ''));
    case 'revoked': {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    }
    case 'object':
      return objectLike(world, recipe);
    case 'proxy':
      return new Proxy(objectOf(made(world, recipe['of'])), traps(look));
    case 'reactive': {
      const target = objectOf(made(world, recipe['of']));
      return new Proxy(target, { get: (of, key, receiver) => Reflect.get(of, key, receiver) });
    }
    case 'error': {
      const error = new Error();
      const message = made(world, recipe['message']);
      Object.defineProperty(error, 'name', { get: () => (look(), recipe['name']) });
      Object.defineProperty(error, 'message', { value: message });
      return error;
    }
    case 'thenable': {
      const does = recipe['does'].map((/** @type {any} */ one) => [one.does, made(world, one.value)]);
      const go = (/** @type {any} */ resolve, /** @type {any} */ reject) => {
        for (const [what, value] of does) {
          if (what === 'throw') throw value;
          (what === 'resolve' ? resolve : reject)(value);
        }
      };
      return {
        get then() {
          look();
          return (/** @type {any} */ resolve, /** @type {any} */ reject) => {
            if (!recipe['late']) return go(resolve, reject);
            void world.host.turn().then(() => {
              try {
                go(resolve, reject);
              } catch {
                // nobody hears it
              }
            });
          };
        },
      };
    }
    case 'resolved':
      return quietly(new Promise((resolve) => resolve(made(world, recipe['of']))));
    case 'rejected':
      return quietly(Promise.reject(made(world, recipe['of'])));
    case 'patched': {
      const promise = quietly(Promise.resolve(0));
      const value = made(world, recipe['of']);
      for (const key of ['then', 'constructor']) Object.defineProperty(promise, key, { get: () => (look(), value) });
      return promise;
    }
    case 'function': {
      const value = made(world, recipe['value']);
      return function () {
        look();
        return value;
      };
    }
    case 'response':
      return response(world, recipe);
    case 'readable':
      return recipe['real'] ? readable(world, recipe) : likeStream(world, recipe, 'getReader');
    case 'writable':
      return recipe['real'] ? writable(world, recipe) : likeStream(world, recipe, 'getWriter');
    default:
      throw new Error(`no such kind: ${k}`);
  }
}

/** @param {World} world @param {Recipe} recipe */
function objectLike(world, { on, how }) {
  const object = /** @type {any} */ (
    how === 'null'
      ? Object.create(null)
      : how === 'error'
        ? new Error('an error')
        : how === 'array'
          ? [1, 2]
          : how === 'function'
            ? function () {}
            : {}
  );
  for (const [key, { act, value }] of Object.entries(on)) {
    const its = made(world, value);
    try {
      Object.defineProperty(object, key === BRAND ? Symbol.for(key.slice(1)) : key, {
        configurable: true,
        get: () => (world.perform(act), its),
        set: () => world.perform(act),
      });
    } catch {
      // the length of an array
    }
  }
  if (how === 'cyclic') object.key ??= object;
  return how === 'frozen' ? Object.freeze(object) : object;
}

/** @param {() => void} look */
function traps(look) {
  const traps = ['get', 'set', 'has', 'getPrototypeOf', 'getOwnPropertyDescriptor', 'ownKeys', 'apply', 'construct'];
  return Object.fromEntries(
    traps.map((trap) => [
      trap,
      (/** @type {any[]} */ ...args) => (look(), /** @type {any} */ (Reflect)[trap](...args)),
    ]),
  );
}

/** Opens at the end of the case: what writes to a sink that is never done with it waits as long. @param {World} world */
const gate = (world) => world.lasting.promise;

/** @param {World} world @param {Recipe} recipe */
function readable(world, { parts, ends, act }) {
  const pieces = parts.map((/** @type {Recipe} */ part) => made(world, part));
  return new ReadableStream({
    pull: (controller) => {
      world.perform(act);
      if (pieces.length) controller.enqueue(pieces.shift());
      else if (ends === 'torn') controller.error(world.boom());
      else if (ends === 'closed') controller.close();
      else return gate(world).then(() => controller.close());
    },
    cancel: () => world.perform(act),
  });
}

/** Takes some pieces as it is told to. @param {World} world @param {Recipe} recipe */
function writable(world, { parts, ends, act }) {
  let left = parts.length;
  const end = () => {
    if (ends === 'torn') throw world.boom();
    return ends === 'open' ? gate(world) : undefined;
  };
  return new WritableStream({
    write: () => {
      world.perform(act);
      return left-- > 0 ? undefined : end();
    },
    close: () => (world.perform(act), end()),
    abort: () => world.perform(act),
  });
}

/** Something that only looks like a stream. @param {World} world @param {Recipe} recipe @param {string} key */
function likeStream(world, { parts, act }, key) {
  const [first, second, third] = parts.map((/** @type {Recipe} */ part) => made(world, part));
  const does = (/** @type {any} */ value) => () => (world.perform(act), value);
  const keys = ['read', 'cancel', 'write', 'close', 'abort', 'releaseLock'];
  const way = Object.fromEntries(keys.map((name, n) => [name, does([first, second, third][n % 3])]));
  const ready = first === undefined ? first : gate(world);
  return { locked: false, [key]: does({ ...way, close: does(0), ready, closed: second, desiredSize: third }) };
}

/** @param {World} world @param {Recipe} recipe */
function response(world, recipe) {
  const { act, real } = recipe;
  const body = readable(world, recipe);
  if (real) return new Response(body);
  const get = () => world.perform(act);
  return { body, headers: { get }, text: async () => 'text', arrayBuffer: async () => new ArrayBuffer(3) };
}
