// Random cases, one after another, and what was wrong in the smallest that fails.
// It must not know what a case is made of.

import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import vm from 'node:vm';
import { load } from '../../dist/js/node.js';
import { program } from '../../wasm/toolchain/program.mjs';
import { steps } from './recipes.mjs';
import { World } from './world.mjs';

/** @import { Step } from './recipes.mjs' */

const HERE = import.meta.dirname;
const KEPT = join(HERE, 'kept');
/** Cases that an instance is used for. */
const AGAIN = 200;

const realm = vm.createContext({ DOMException });
const foreign = (/** @type {string} */ code) => vm.runInContext(code, realm);
const turn = () => new Promise((resolve) => setImmediate(resolve));

export async function hostile() {
  const module = await WebAssembly.compile(await program({ host: 'js', sources: [join(HERE, 'border.c')] }));
  /** @type {{ memory: WeakRef<object>, last: Step[] }[]} of instances, with the last case of each */
  const memories = [];
  const { instantiate } = WebAssembly;
  /** @type {World | undefined} */
  let world;
  let uses = 0;

  // What is thrown where nobody can catch it is ours, or was on purpose.
  process.on('uncaughtException', (error) => {
    if (!World.thrown.includes(error)) world?.wrong.push(`uncaught: ${error?.stack ?? error}`);
  });
  process.on('unhandledRejection', () => {});

  async function open() {
    WebAssembly.instantiate = /** @type {any} */ (
      async (/** @type {any} */ ...args) => {
        const instance = /** @type {any} */ (await instantiate(.../** @type {[any]} */ (args)));
        if ('caw_abi' in instance.exports) memories.push({ memory: new WeakRef(instance.exports.memory), last: [] });
        return instance;
      }
    );
    try {
      return await World.open(module, { load, foreign, turn });
    } finally {
      WebAssembly.instantiate = instantiate;
    }
  }

  /** What was wrong; '': nothing. @param {Step[]} steps */
  async function runCase(steps) {
    if (!world || world.ended || uses++ > AGAIN) {
      world?.app[Symbol.dispose]();
      world = await open();
      uses = 0;
    }
    const wrong = await world.run(steps);
    const instance = memories.at(-1);
    if (instance) instance.last = steps;
    if (wrong) world = undefined;
    return wrong;
  }

  return {
    runCase,
    /** @returns {{ name: string, steps: Step[] }[]} */
    kept: () => readdirSync(KEPT).map((name) => ({ name, steps: JSON.parse(readFileSync(join(KEPT, name), 'utf8')) })),
    /**
     * Gives the smallest case that fails, or null. @param {{ seed: number, numRuns: number, seconds?: number }} options
     */
    async search({ seed, numRuns, seconds }) {
      const property = fc.asyncProperty(steps, async (steps) => {
        const wrong = await runCase(steps);
        if (wrong) throw new Error(wrong);
      });
      const limit = seconds ? { interruptAfterTimeLimit: seconds * 1000 } : {};
      const result = await fc.check(property, { seed, numRuns, ...limit });
      if (!result.failed || !result.counterexample) return { runs: result.numRuns, found: null };
      const [found] = result.counterexample;
      return { runs: result.numRuns, found, wrong: (await runCase(found)) || result.errorInstance?.message };
    },
    /** Of the instances that have ended, those whose memory is still there: the last case of each. */
    async held() {
      world?.app[Symbol.dispose]();
      world = undefined;
      World.thrown.length = 0;
      setFlagsFromString('--expose-gc');
      const gc = vm.runInNewContext('gc');
      for (let n = 0; n < 10; n++) {
        await new Promise((resolve) => setImmediate(resolve));
        gc();
      }
      return memories.filter(({ memory }) => memory.deref()).map(({ last }) => last);
    },
  };
}
