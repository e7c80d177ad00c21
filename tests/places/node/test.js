// What the bridge's tests ask of node:test, and of Node's globals, where there is no Node: tests are kept until they are run.
// It must not know what is tested.

const PATIENCE = 60_000; // ms

/** @type {{ name: string, body: () => unknown }[]} */
const tests = [];

/** @param {string} name @param {() => unknown} body */
export default function test(name, body) {
  tests.push({ name, body });
}
export { test };

/** Nothing is put back: the place is the tests' own. */
test.after = () => {};

const scope = /** @type {any} */ (globalThis);

/** What it is to a test, after the package was imported: that has taken what the host really has. */
function pretend() {
  scope.setImmediate ??= (/** @type {() => void} */ call, /** @type {unknown[]} */ ...args) =>
    setTimeout(call, 0, ...args);
  scope.process ??= {
    on: (/** @type {string} */ _event, /** @type {(reason: unknown) => void} */ tell) =>
      addEventListener('unhandledrejection', (event) => tell(event.reason)),
  };
}

/**
 * Runs the tests of the file that `load` imports, one after another. Gives what was wrong, by the name of the test; '': nothing.
 * @param {() => Promise<unknown>} load  @returns {Promise<[string, string][]>}
 */
export async function run(load) {
  pretend();
  tests.length = 0;
  /** @type {[string, string][]} */
  const results = [];
  try {
    await load();
  } catch (error) {
    return [['(the file itself)', describe(error)]];
  }
  for (const { name, body } of tests) {
    let wrong = '';
    try {
      await Promise.race([body(), never()]);
    } catch (error) {
      wrong = describe(error);
    }
    results.push([name, wrong]);
  }
  return results;
}

/** Ends the wait for a test that does not: no measure of anything. @returns {Promise<never>} */
const never = () => new Promise((_, reject) => setTimeout(() => reject(new Error('it did not end')), PATIENCE));

/** @param {any} error */
const describe = (error) => `${error?.name}: ${error?.message ?? error}\n${error?.stack ?? ''}`;
