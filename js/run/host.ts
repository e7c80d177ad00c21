// Owns: when the module's loops get their turns: microtask, macrotask, the one timer; the clock; the log.
// Must not know: what is ready. Its other half is wasm/js/host.c.

import type { Clock } from './clock.ts';
import type { Machine } from '../base/machine.ts';

const LONGEST = 2 ** 31 - 1; // ms; setTimeout takes a longer delay for 0
const { then } = Promise.prototype;
const settled = Promise.resolve();

// Everything of the host's is taken here, before the program's tests replace timers and take them away again.
const { performance, setTimeout, clearTimeout } = globalThis;
const now = performance?.now; // tests replace that, too, and not the object
export const hostClock: Clock = {
  now: () => now.call(performance),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer),
};

/** Node's, where a test environment (jsdom) has taken setImmediate away: a port that listens keeps the process alive. */
interface Held {
  ref?(): void;
  unref?(): void;
}

// The best macrotask the host has: what is due meanwhile (rendering, input, timers, I/O) goes first. setTimeout(0) is the last
// resort: it waits 1 to 4 ms.
let later: ((task: () => void) => void) | undefined;
const { setImmediate, MessageChannel } = globalThis;
if (typeof setImmediate === 'function') later = (task) => void setImmediate(task);
else if (typeof MessageChannel === 'function') {
  const { port1, port2 } = new MessageChannel() as { port1: MessagePort & Held; port2: MessagePort };
  const tasks: (() => void)[] = [];
  port1.onmessage = () => {
    tasks.shift()!();
    if (!tasks.length) port1.unref?.();
  };
  port1.unref?.();
  later = (task) => {
    port1.ref?.();
    tasks.push(task);
    port2.postMessage(0);
  };
}

export function hostImports(machine: Machine, clock: Clock = hostClock): WebAssembly.ModuleImports {
  let timer: unknown;
  const clear = () => clock.clearTimeout(timer as never);
  const seconds = () => clock.now() / 1000;
  machine.onEnd.push(clear);

  const tick = () => {
    if (machine.ended) return;
    try {
      machine.tick(0);
    } catch (error) {
      machine.failed(error);
    }
  };
  const enter = (entry: () => void) => () => {
    if (machine.ended) return void machine.failed(machine.ended);
    try {
      entry();
    } catch (error) {
      machine.failed(error);
    }
  };
  const resume = enter(() => machine.tick(1));
  const fire = enter(() => machine.x.caw_timer());

  return {
    // One kept promise: 20-35 ns everywhere, where queueMicrotask costs 700 in Chromium.
    wake: () => void (settled.then === then ? settled.then(tick) : then.call(settled, tick)),
    pause: () => void (later ? later(resume) : clock.setTimeout(resume, 0)),
    arm(when: number) {
      clear();
      // Rounded up, as a timer must not fire early; if the host's does, or it was cut to LONGEST, caw_timer arms it again.
      if (when < Infinity)
        timer = clock.setTimeout(fire, Math.min(Math.max(0, Math.ceil((when - seconds()) * 1000)), LONGEST));
    },
    now: seconds,
    log: (level: number, text: number, length: number) => machine.report(machine.text(text, length), level),
  };
}
