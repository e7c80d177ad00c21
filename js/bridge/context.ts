// Owns: the async context of the program (AsyncLocalStorage, AsyncContext): a call into C keeps its caller's, and so do the tasks and
// callbacks that come of it, whenever they call JavaScript. Until somebody uses such a thing nothing is done for it.
// Must not know: what is called. Its other half is wasm/js/context.c. Loaded only where there may be one.

import type { Exports, Machine, Runner } from '../base/machine.ts';

interface Snapshot {
  run: Runner;
}
type Prototype = Record<string, unknown>;

const { process, AsyncContext } = globalThis as typeof globalThis & {
  AsyncContext?: { Snapshot: new () => Snapshot; Variable: { prototype: Prototype } };
};
const hooks = process?.getBuiltinModule?.('node:async_hooks');

function capture(): Runner {
  if (AsyncContext) {
    const snapshot = new AsyncContext.Snapshot();
    return (call) => snapshot.run(call);
  }
  const resource = new hooks!.AsyncResource('cawait', { requireManualDestroy: true });
  return (call) => resource.runInAsyncScope(call);
}

/** Whether there is a context now: Node has it in a property of what it makes. */
function active(): boolean {
  const resource = new hooks!.AsyncResource('cawait', { requireManualDestroy: true }) as unknown as Record<
    symbol,
    unknown
  >;
  return Object.getOwnPropertySymbols(resource).some(
    (key) => /frame|store/i.test(String(key)) && resource[key] !== undefined,
  );
}

let used = false;
const waiting = new Map<WeakRef<Machine>, Runner>();

function begin(): void {
  used = true;
  for (const [reference, root] of waiting) {
    const machine = reference.deref();
    if (machine && !machine.ended) keep(machine, root);
  }
  waiting.clear();
}

/** The first use of any of these is noticed, and everything is again as it was. */
function watch(prototype: Prototype, names: string[]): void {
  const put: (() => void)[] = [];
  for (const name of names) {
    const original = prototype[name];
    if (typeof original !== 'function') continue;
    const noticed = function (this: unknown, ...args: unknown[]): unknown {
      for (const back of put.splice(0)) back();
      if (!used) begin();
      return Reflect.apply(original, this, args);
    };
    Object.defineProperty(prototype, name, { value: noticed });
    put.push(() => {
      if (prototype[name] === noticed) Object.defineProperty(prototype, name, { value: original });
    });
  }
}

try {
  if (AsyncContext) watch(AsyncContext.Variable.prototype, ['run']);
  if (hooks) watch(hooks.AsyncLocalStorage.prototype as unknown as Prototype, ['run', 'enterWith', 'withScope']);
} catch {
  used = true; // frozen
}

function keep(machine: Machine, root: Runner): void {
  const { handles, report } = machine;
  const now = (): Runner | undefined => {
    const id = machine.ended ? 0 : machine.x.caw_context_id!();
    return id ? (handles.get(id) as Runner) : undefined;
  };
  const within: Runner = (call) => {
    const its = now();
    return its ? its(call) : call();
  };
  machine.within = within;
  machine.bound = <F extends (...args: never[]) => unknown>(call: F): F => {
    const its = now();
    return its ? (((...args) => its(() => call(...args))) as F) : call;
  };
  machine.report = (text, level) => within(() => report.call(machine, text, level));
  machine.entering = (call) => {
    let id = 0;
    try {
      id = handles.add(capture());
    } catch {
      // Too many are held: there is no context.
    }
    const outer = machine.x.caw_context_enter!(id);
    let trapped = true;
    try {
      const result = call();
      trapped = false;
      return result;
    } catch (error) {
      trapped = !machine.refused;
      throw error;
    } finally {
      if (!machine.ended && !trapped) machine.x.caw_context_leave!(outer);
    }
  };
  // A turn belongs to nobody: whose it was that woke the loop, tasks that have no context must not see.
  const rooted = <E extends (...args: never[]) => unknown>(entry: E): E =>
    ((...args) => root(() => entry(...args))) as E;
  const x: Exports = { ...machine.x, caw_timer: rooted(machine.x.caw_timer) };
  if (x.caw_settle) {
    x.caw_settle = rooted(x.caw_settle);
    x.caw_settle_error = rooted(x.caw_settle_error);
    machine.settleDouble = rooted(machine.settleDouble);
  }
  machine.x = x;
  machine.tick = rooted(machine.tick);
}

/** From now on; its instance has begun, and nothing of it has run. */
export function follow(machine: Machine): void {
  const root = capture();
  if (hooks && !used && active()) begin();
  if (used) keep(machine, root);
  else waiting.set(new WeakRef(machine), root);
}
