// Owns: what the tasks of an instance do, read out of its memory.
// Must not know: how that is shown (task-text.ts). Its other half is caw_task and caw_awaiters of wasm/js/host.c.

import type { Machine, Pointer } from '../base/machine.ts';

/** An async function of C, where it is defined. */
export interface Place {
  function: string;
  file: string;
  line: number;
}

const STATES = ['not begun', 'running', 'ready', 'waiting'] as const;

/** A task that has not ended. */
export interface Task {
  /** Tells it from others, as long as it lives. */
  id: number;
  name: string;
  /** ready: its next step is in the queue. */
  state: (typeof STATES)[number];
  /** Of one that waits: 'Task', 'Future', 'Promise', 'gather'... */
  waitsFor?: string;
  /** The functions that it is in, innermost first; of one that runs or has not begun the outermost alone. */
  calls: Place[];
  /** The tasks that await it, by themselves or through gather, shield, a task group...: their ids. */
  awaitedBy: number[];
}

/** @internal */
export function readTasks(machine: Machine): Task[] {
  const tasks: Task[] = [];
  if (machine.ended) return tasks;
  const { x } = machine;
  const place = (desc: Pointer, further = 0): Place => ({
    function: machine.name(machine.word(desc)),
    file: machine.name(machine.word(desc + 4)),
    line: machine.word(desc + 8) + further,
  });
  for (let id: Pointer = 0; (id = x.caw_task(id) >>> 0);) {
    const [name, desc, top, state, waitsFor] = [0, 4, 8, 12, 16].map((at) => machine.word(machine.scratch + at)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const calls: Place[] = [];
    // A frame has the line where it stands, from the function's on, at 3 (255: further), its description at 4, its slot at 8, which begins
    // with the awaiter's frame; bit 1: there is none (frame.h).
    for (let frame = top; frame;) {
      const further = machine.word(frame) >>> 24;
      calls.push(place(machine.word(frame + 4), further < 255 ? further : 0));
      const waiter = machine.word(machine.word(frame + 8));
      frame = waiter & 2 ? 0 : (waiter & ~1) >>> 0;
    }
    if (!calls.length) calls.push(place(desc));
    const count = x.caw_awaiters(id, 0, 0);
    const awaitedBy = new Set<number>();
    if (count) {
      const ids = machine.alloc(4 * count);
      x.caw_awaiters(id, ids, count);
      for (let i = 0; i < count; i++) awaitedBy.add(machine.word(ids + 4 * i));
      x.caw_free(ids);
    }
    tasks.push({
      id,
      name: machine.name(name),
      state: STATES[state]!,
      ...(waitsFor && { waitsFor: machine.name(waitsFor) }),
      calls,
      awaitedBy: [...awaitedBy],
    });
  }
  return tasks;
}
