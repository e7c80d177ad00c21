// What the bridge's tests ask of node:assert/strict, where there is no Node.
// It must not know what is tested.

class AssertionError extends Error {
  name = 'AssertionError';
}

/** @param {unknown} value  @returns {string} */
function show(value) {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Uint8Array || value instanceof Set) return `${value.constructor.name} ${show([...value])}`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (value instanceof Error || typeof value !== 'object' || !value) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, part]) => `${key}: ${show(part)}`)
    .join(', ')} }`;
}

/** @param {any} a @param {any} b  @returns {boolean} */
function alike(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof Set) return a.size === b.size && alike([...a], [...b]);
  if (a instanceof Error) return a.name === b.name && a.message === b.message;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && alike(a[key], b[key]));
}

/** @param {boolean} good @param {() => string} what @param {unknown} [message] */
function check(good, what, message) {
  if (!good) throw message instanceof Error ? message : new AssertionError(message ? `${message}: ${what()}` : what());
}

/** Whether an error is as it should be: a class, a pattern, an object of fields, a function. @param {any} error @param {any} expected */
function fits(error, expected) {
  if (expected === undefined) return true;
  if (expected instanceof RegExp) return expected.test(String(error));
  if (typeof expected === 'function')
    return expected.prototype && error instanceof expected ? true : !expected.prototype && expected(error) === true;
  return Object.entries(expected).every(([key, part]) =>
    part instanceof RegExp ? part.test(error[key]) : alike(error[key], part),
  );
}

/** @type {any} */
const assert = {
  equal: (/** @type {unknown} */ a, /** @type {unknown} */ b, /** @type {unknown} */ message) =>
    check(Object.is(a, b), () => `${show(a)}, expected ${show(b)}`, message),
  notEqual: (/** @type {unknown} */ a, /** @type {unknown} */ b, /** @type {unknown} */ message) =>
    check(!Object.is(a, b), () => `${show(a)}, not expected`, message),
  deepEqual: (/** @type {unknown} */ a, /** @type {unknown} */ b, /** @type {unknown} */ message) =>
    check(alike(a, b), () => `${show(a)}, expected ${show(b)}`, message),
  ok: (/** @type {unknown} */ value, /** @type {unknown} */ message) => check(!!value, () => `${show(value)}`, message),
  match: (/** @type {string} */ text, /** @type {RegExp} */ pattern, /** @type {unknown} */ message) =>
    check(pattern.test(text), () => `${show(text)}, expected ${pattern}`, message),
  doesNotMatch: (/** @type {string} */ text, /** @type {RegExp} */ pattern, /** @type {unknown} */ message) =>
    check(!pattern.test(text), () => `${show(text)}, not expected ${pattern}`, message),
  fail: (/** @type {unknown} */ message) => check(false, () => 'it failed', message),
  throws(/** @type {() => unknown} */ call, /** @type {unknown} */ expected) {
    try {
      call();
    } catch (error) {
      return check(fits(error, expected), () => `thrown: ${show(error)}, expected ${show(expected)}`);
    }
    check(false, () => 'nothing was thrown');
  },
  async rejects(/** @type {any} */ promise, /** @type {unknown} */ expected) {
    try {
      await (typeof promise === 'function' ? promise() : promise);
    } catch (error) {
      return check(fits(error, expected), () => `rejected: ${show(error)}, expected ${show(expected)}`);
    }
    check(false, () => 'it was not rejected');
  },
};
export default assert;
