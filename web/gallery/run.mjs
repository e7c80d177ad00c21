// Runs a lesson: its module, in the page, by the ordinary loader; and what it says while it runs, added up.
// It must not know who watches, or whose clock the module was built for.
//
// The C side (observe.c) calls the global function `onevent(time, kind, task, text)`:
//   time    seconds on the lesson's clock (any origin: the first event becomes 0)
//   kind    one of those below
//   task    a number that is the task's own while it lasts; a later task may have it again
//   text    goes with the kind:
//     made       its async function, a space, its name
//     runs       a step begins; ''
//     waits      the step is over; what the task waits for
//     done       ended; ''
//     failed     ended; the error
//     cancelled  ended; ''
//     prints     nothing of a task: what is printed next is printed at this time; ''

import { load } from 'cawait';

/** @typedef {'made'|'runs'|'waits'|'done'|'failed'|'cancelled'|'prints'} Kind */
/** @typedef {'waiting'|'running'|'done'|'failed'|'cancelled'} State */
/**
 * In seconds from `start` to `end`, in steps of tasks `from` to `to`; both ends are NaN while it goes on.
 * @typedef {{ kind: State, start: number, end: number, from: number, to: number, note: string }} Span
 */

/**
 * One task of a lesson. Its last step takes the name of its end.
 * @typedef {object} Task
 * @property {string} name
 * @property {string} coroutine
 * @property {State} state
 * @property {string} reason  why it failed
 * @property {Span[]} spans
 */

/** @typedef {{ time: number, text: string, kind: 'out' | 'report' }} Line  kind: printed, or told by the runtime */

/** Everything known of one run, kept up to date event by event. */
export class Trace {
  /** @type {Task[]} in order of their making */
  tasks = [];
  /** @type {Line[]} */
  lines = [];
  /** Seconds from the first event to the last. */
  elapsed = 0;
  /** Steps of all tasks that are over. */
  steps = 0;
  /** @type {Map<number, Task>} those that have not ended */
  #pending = new Map();
  #origin = NaN;
  #wall = 0;

  /** Seconds since the first event, by the wall clock: what a live view draws up to. */
  now() {
    return Number.isNaN(this.#origin) ? 0 : Math.max(this.elapsed, performance.now() / 1000 - this.#wall);
  }

  /**
   * Takes an event in and gives the task that it changed, if it is of a task.
   * @param {number} time @param {Kind} kind @param {number} id @param {string} text
   */
  take(time, kind, id, text) {
    if (Number.isNaN(this.#origin)) {
      this.#origin = time;
      this.#wall = performance.now() / 1000;
    }
    const at = time - this.#origin;
    this.elapsed = Math.max(this.elapsed, at);
    if (kind === 'prints') return null;
    if (kind === 'made') return this.#make(at, id, text);
    const task = this.#pending.get(id);
    if (!task) throw new Error(`a task that was never made ${kind}`);
    this.#change(task, kind, at, text);
    if (kind !== 'runs' && kind !== 'waits') this.#pending.delete(id);
    return task;
  }

  /** @param {string} text @param {Line['kind']} [kind] */
  print(text, kind = 'out') {
    const line = { time: this.elapsed, text, kind };
    this.lines.push(line);
    return line;
  }

  /** @param {number} at @param {number} id @param {string} text */
  #make(at, id, text) {
    const [coroutine] = text.split(' ', 1);
    const name = text.slice(coroutine.length + 1);
    /** @type {Task} */
    const task = { name, coroutine, state: 'waiting', reason: '', spans: [] };
    this.#open(task, 'waiting', at, 'waits for its first step');
    this.tasks.push(task);
    this.#pending.set(id, task);
    return task;
  }

  /** @param {Task} task @param {State} kind @param {number} at @param {string} note */
  #open(task, kind, at, note) {
    task.state = kind;
    task.spans.push({ kind, start: at, end: NaN, from: this.steps, to: NaN, note });
  }

  /** @param {Task} task @param {Exclude<Kind, 'made' | 'prints'>} kind @param {number} at @param {string} text */
  #change(task, kind, at, text) {
    const last = /** @type {Span} */ (task.spans.at(-1));
    if (last.kind === 'running') this.steps++;
    last.end = at;
    last.to = this.steps;
    if (kind === 'runs') return this.#open(task, 'running', at, 'runs');
    if (kind === 'waits') return this.#open(task, 'waiting', at, `waits for ${text}`);
    task.reason = text;
    task.state = kind;
    const note = text ? `${kind}: ${text}` : kind;
    // One that is cancelled before its first step, or closed with its loop, does not end in a step.
    if (last.kind === 'running') Object.assign(last, { kind, note });
    else task.spans.push({ kind, start: at, end: at, from: this.steps, to: this.steps, note });
  }
}

/** @typedef {{ files?: Record<string, string>, onLine(line: Line): void, onTask(task: Task): void, signal: AbortSignal }} Watcher */

/**
 * Runs the module to its end and gives its exit status. The C code finds its listener as a global, so there is one lesson at a time
 * in a realm. Once the signal is aborted nothing of the lesson runs any more, and that is an error.
 * @param {string | URL} url @param {Trace} trace @param {Watcher} watcher
 */
export async function run(url, trace, { files = {}, onLine, onTask, signal }) {
  const realm = /** @type {{ onevent?: (...event: Parameters<Trace['take']>) => void }} */ (globalThis);
  if (realm.onevent) throw new Error('a lesson is already running here');
  realm.onevent = (...event) => {
    const task = trace.take(...event);
    if (task) onTask(task);
  };
  try {
    const app = await load(url, {
      files,
      print: (line) => onLine(trace.print(line)),
      printErr: (line) => onLine(trace.print(line)),
      onReport: (text) => text.split('\n').forEach((line) => onLine(trace.print(line, 'report'))),
    });
    const stop = () => app[Symbol.dispose]();
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    try {
      return await app.done;
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
    }
  } finally {
    delete realm.onevent;
  }
}
