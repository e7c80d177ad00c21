// The random cases in a page: window.hostile(seed, cases) gives the smallest that fails, and what was wrong.
// It must not know what a case is made of.

import fc from 'fast-check';
import { load } from '../../dist/js/index.js';
import { steps } from './recipes.mjs';
import { World } from './world.mjs';

/** Cases that an instance is used for. */
const AGAIN = 200;

const frame = document.createElement('iframe');
document.body.append(frame);
const foreign = (/** @type {string} */ code) => /** @type {any} */ (frame.contentWindow).eval(code);

const { port1, port2 } = new MessageChannel();
/** @type {((nothing?: unknown) => void)[]} */
const waiting = [];
port1.onmessage = () => waiting.shift()?.();
const turn = () =>
  new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(0);
  });

/** @param {number} seed @param {number} numRuns */
async function hostile(seed, numRuns) {
  const module = await WebAssembly.compileStreaming(fetch('/border.wasm'));
  /** @type {World | undefined} */
  let world;
  let uses = 0;
  addEventListener('error', ({ error }) => {
    if (!World.thrown.includes(error)) world?.wrong.push(`uncaught: ${error?.stack ?? error}`);
  });
  addEventListener('unhandledrejection', (event) => event.preventDefault());
  /** @param {import('./recipes.mjs').Step[]} steps */
  async function runCase(steps) {
    if (!world || world.ended || uses++ > AGAIN) {
      world?.app[Symbol.dispose]();
      world = await World.open(module, { load, foreign, turn });
      uses = 0;
    }
    const wrong = await world.run(steps);
    if (wrong) world = undefined;
    return wrong;
  }
  const property = fc.asyncProperty(steps, async (steps) => {
    const wrong = await runCase(steps);
    if (wrong) throw new Error(wrong);
  });
  const { failed, numRuns: runs, counterexample, errorInstance } = await fc.check(property, { seed, numRuns });
  const found = counterexample?.[0];
  return failed ? `${JSON.stringify(found)}\n${errorInstance}` : `${runs} cases`;
}

/** @type {any} */ (window).hostile = hostile;
