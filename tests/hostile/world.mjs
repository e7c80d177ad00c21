// A random case, done: its steps are taken one after another, then everything is settled and aborted, and what must hold is asked: nothing was
// thrown at once, the instance lives, every call has ended, nothing is left.
// It must not know where cases come from, how values are made (values.mjs), or where JavaScript runs.

/** @import { Act, Recipe, Step } from './recipes.mjs' */

import { controllerOf, deferred, virtualClock } from './pieces.mjs';
import { made } from './values.mjs';

/**
 * What is not the same in a page. @typedef {object} Host
 * @property {typeof import('../../dist/js/index.js').load} load
 * @property {(code: string) => unknown} foreign  runs it in another realm
 * @property {() => Promise<unknown>} turn  settles when everything that can run has run
 */

const MANY = 3;
/** Of looks that do something: those may look at what does something. */
const MOST_ACTS = 60;
const MOST_TURNS = 400;
/** What results of these are no program's objects, so that their promises must settle. */
const PLAIN = new Set([
  'wait_number',
  'wait_text',
  'wait_small',
  'numbers',
  'large',
  'texts',
  'cleans',
  'reads',
  'lines',
  'writes',
  'moves',
  'nap',
  'prints',
  'let_go',
]);

/** These end by themselves. */
const BRIEF = new Set(['numbers', 'large', 'texts', 'look', 'calls', 'function', 'gives', 'nap', 'prints', 'moves']);
/** What takes two arguments, of the others. */
const TWO = new Set(['cleans', 'reads', 'lines', 'writes']);

// As it was: a case may have put something else in its place.
const { abort } = AbortController.prototype;
/** An instance that cases are done with, until one of them ends it. */
export class World {
  /** @type {import('../../dist/js/node.js').App} */ // @ts-expect-error: open() gives it
  app;
  /** @type {Host} */
  host;
  ended = false;
  /** @type {string[]} */
  wrong = [];
  clock = virtualClock();
  /** What print and onReport do. @type {Act} */
  printing = null;
  acts = 0;
  /** @type {any[]} */
  deferreds = [];
  /** Pending until the end, then 0: what a task waits for that nothing can cancel. @type {any} */
  lasting;
  /** @type {AbortController[]} */
  controllers = [];
  last = new AbortController();
  /** @type {{ name: string, settled: boolean }[]} */
  calls = [];
  /** @type {unknown[]} functions of C's that are to be let go of */
  made = [];
  /** @type {any} */
  f;
  /** @type {Error[]} what was thrown on purpose */
  static thrown = [];

  /** @param {Host} host */
  constructor(host) {
    this.host = host;
  }

  /** @param {WebAssembly.Module} module @param {Host} host */
  static async open(module, host) {
    const world = new World(host);
    console.error = () => {}; // where it is told that onReport threw
    world.app = await host.load(module, {
      clock: world.clock,
      print: () => world.perform(world.printing),
      printErr() {},
      onReport(text) {
        if (/trapped|use after free|gone/.test(text)) world.wrong.push(`report: ${text}`);
        world.perform(world.printing);
      },
    });
    world.f = await world.x['function']?.();
    return world;
  }

  get x() {
    return /** @type {Record<string, (...args: any[]) => any>} */ (this.app.exports);
  }

  boom() {
    const error = new Error('on purpose');
    World.thrown.push(error);
    return error;
  }

  /** @param {Act} act */
  perform(act) {
    if (!act || this.acts++ > MOST_ACTS) return;
    const { n } = act;
    switch (act.act) {
      case 'throw':
        throw this.boom();
      case 'abort':
        return this.abort(this.controllers[n], n ? this.boom() : undefined);
      case 'cancel':
        return this.abort(this.last);
      case 'call':
        return this.call('wait_number', [this.deferreds[n].promise], n);
      case 'settle':
        return this.deferreds[n].resolve(n);
      case 'reject':
        return this.deferreds[n].reject(this.boom());
      case 'stats':
        return void (this.app.stats(), this.app.tasks());
      case 'function':
        return this.callBack([n]);
      default:
        return this.end(act.act);
    }
  }

  /** @param {AbortController | undefined} controller @param {unknown} [reason] */
  abort(controller, reason) {
    if (controller) abort.call(controller, reason);
  }

  /** @param {string} how */
  end(how) {
    const { app } = this;
    try {
      if (how === 'interrupt') app.interrupt();
      else if (how === 'dispose') app[Symbol.dispose]();
      else app[Symbol.asyncDispose]().catch((error) => this.wrong.push(`asyncDispose: ${error}`));
      this.ended = true;
    } catch (error) {
      if (!/inside its own C code/.test(String(error))) this.wrong.push(`${how}: ${error}`);
    }
  }

  /** @param {unknown[]} args */
  callBack(args) {
    try {
      this.f(...args);
    } catch {
      // What it throws is what JavaScript threw, or that it was disposed of.
    }
  }

  /** @param {unknown[]} args */
  atOnce(args) {
    try {
      this.x['at_once']?.(...args);
    } catch {
      // as above
    }
  }

  /** @param {string} name @param {unknown[]} args @param {number | null} signal @param {unknown[]} [options] */
  call(name, args, signal, options) {
    const { signal: last } = signal === null ? this.last : (this.controllers[signal] ?? this.last);
    let promise;
    try {
      promise = this.x[name]?.(...args, ...(options ?? [{ signal: last }]));
    } catch (error) {
      this.wrong.push(`${name} threw at once: ${error}`);
      return;
    }
    if (!(promise instanceof Promise)) return void this.wrong.push(`${name} gave no promise`);
    const entry = { name, settled: false };
    this.calls.push(entry);
    promise.then(
      (value) => {
        entry.settled = true;
        if (name === 'function') this.made.push(value);
        if (name === 'gives') value.promise?.catch(() => {});
      },
      () => (entry.settled = true),
    );
  }

  /** @param {Step} step */
  async take(step) {
    switch (step.s) {
      case 'call': {
        const args = step['args'].map((/** @type {Recipe} */ recipe) => made(this, recipe));
        // What nothing can end but a signal, gets one; a task that no call waits for must not wait for ever.
        if (!BRIEF.has(step['f'])) args.length = TWO.has(step['f']) ? 2 : step['f'] === 'limited' ? 3 : 1;
        if (step['f'] === 'nap' && step['options']) args[0] = 0.001;
        if (step['f'] === 'gives') args[0] = this.lasting.promise;
        if (step['f'] === 'at_once') return this.atOnce(args);
        const options = step['options'] && BRIEF.has(step['f']) ? [made(this, step['options'])] : undefined;
        return this.call(step['f'], args, step['signal'], options);
      }
      case 'resolve':
      case 'reject':
        return this.deferreds[step['n']][step.s](made(this, step['value']));
      case 'abort':
        return this.abort(this.controllers[step['n']], made(this, step['value']));
      case 'reason': {
        const reason = made(this, step['value']);
        const get = () => (this.perform(step['act']), reason);
        const signal = this.controllers[step['n']]?.signal ?? {};
        return void Reflect.defineProperty(signal, 'reason', { get, configurable: true });
      }
      case 'print':
        this.printing = step['act'];
        return;
      case 'turn':
        return void (await this.host.turn());
      case 'microtask':
        return void (await null);
      case 'time':
        return this.clock.pass(step['ms']);
      case 'function':
        return this.callBack(step['args'].map((/** @type {Recipe} */ recipe) => made(this, recipe)));
      default:
        return this.end(step.s);
    }
  }

  /** What was wrong in a case; '': nothing. @param {Step[]} steps */
  async run(steps) {
    this.wrong.length = this.calls.length = this.acts = 0;
    World.thrown.length = 0;
    this.last = new AbortController();
    this.printing = null;
    this.controllers = Array.from({ length: MANY }, controllerOf);
    this.deferreds = Array.from({ length: MANY }, deferred);
    this.lasting = deferred();
    try {
      for (const step of steps) await this.take(step);
    } catch (error) {
      if (!World.thrown.includes(/** @type {Error} */ (error)))
        this.wrong.push(`a step: ${/** @type {any} */ (error)?.stack}`);
    }
    await this.settle();
    this.deferreds = []; // a stream that the engine keeps for a while keeps the world: not what they were settled with
    return this.wrong.join('\n');
  }

  /** Everything is settled and aborted; then all must be over. */
  async settle() {
    this.acts = Infinity;
    for (const { resolve } of [...this.deferreds, this.lasting]) resolve(0);
    for (const controller of [this.last, ...this.controllers]) this.abort(controller);
    const { app } = this;
    const left = () => {
      const { bytes, ...counts } = app.stats();
      const { handles, blocks, ...others } = counts;
      // The one function of C's that is held: a block.
      return Object.values(others).some(Boolean) || handles > 0 || blocks > 1 ? counts : null;
    };
    const open = () => this.calls.filter(({ name, settled }) => !settled && PLAIN.has(name));
    for (let n = 0; n < MOST_TURNS; n++) {
      this.clock.pass(1e7);
      await this.host.turn();
      for (const held of this.made.splice(0)) if (!this.ended) this.call('let_go', [held], null, []);
      if (open().length === 0 && !left()) break;
    }
    for (const { name } of open()) this.wrong.push(`${name} never settled`);
    if (this.ended) return;
    const counts = left();
    if (counts) this.wrong.push(`left: ${JSON.stringify(counts)}`);
    const alive = await Promise.race([
      this.x['wait_number']?.(Promise.resolve(21)).catch((/** @type {unknown} */ error) => error),
      (async () => {
        for (let n = 0; n < MOST_TURNS; n++) await this.host.turn();
        return 'it hangs';
      })(),
    ]);
    if (alive !== 42) this.wrong.push(`afterwards: ${alive}`);
  }
}
