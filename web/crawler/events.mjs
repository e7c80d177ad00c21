// What a crawl says while it runs, and what that adds up to: the contract between crawler.c and everything that watches it.
// It owns the event kinds and the running totals; it knows no DOM, no terminal and no wasm.
//
// The C side calls the global function `onevent(time, task, kind, url, detail)`:
//   time    seconds on the loop's clock (any origin: the first event becomes 0)
//   task    a number for the page, the same in all its events, from 1 in the order of discovery
//   kind    one of the seven below
//   url     the page's absolute URL
//   detail  a number, whose meaning goes with the kind:
//     queued     found; detail is its depth (the start page has 0)
//     waiting    asks for one of the slots that the limit allows; 0
//     fetching   has a slot, the request starts; detail is the attempt, from 1
//     retrying   this attempt failed and another follows after a pause; detail is the reason
//     done       read to the end; detail is the bytes of its body
//     failed     given up; detail is the reason
//     cancelled  ended by a cancellation; 0
//   A reason is the HTTP status where there was one, or TIMED_OUT, or NETWORK (refused, cut off, or sent round in circles).
// A page's events end with exactly one of done, failed, cancelled.

export const NETWORK = 0;
export const TIMED_OUT = -1;

/** @typedef {'queued'|'waiting'|'fetching'|'retrying'|'done'|'failed'|'cancelled'} Kind */
/** @typedef {(time: number, task: number, kind: Kind, url: string, detail: number) => void} OnEvent */
/** @typedef {{ kind: Exclude<Kind, 'queued'>, start: number, end: number }} Span  end is NaN while it goes on */

/**
 * One page's way through the crawl. An attempt is a `fetching` span while it runs and takes its outcome's name after.
 * @typedef {object} Task
 * @property {number} id
 * @property {string} url
 * @property {Kind} state
 * @property {number} depth
 * @property {number} attempts
 * @property {number} bytes
 * @property {number} reason  of the last failure
 * @property {Span[]} spans
 */

/** @param {number} reason */
export function describe(reason) {
  if (reason === TIMED_OUT) return 'timed out';
  return reason > 0 ? `HTTP ${reason}` : 'network error';
}

/** @param {Task} task */
export const ended = (task) => task.state === 'done' || task.state === 'failed' || task.state === 'cancelled';

/** From its first request to its end, waiting between attempts included. @param {Task} task @param {number} now */
export function duration(task, now) {
  const first = task.spans.find((span) => span.kind !== 'waiting');
  const last = task.spans.at(-1);
  return first && last ? (Number.isNaN(last.end) ? now : last.end) - first.start : 0;
}

/** Everything known of one crawl, kept up to date event by event. */
export class Crawl {
  /** @type {Map<number, Task>} in order of discovery */
  tasks = new Map();
  /** @type {Map<string, number>} how many pages failed, by reason */
  errors = new Map();
  done = 0;
  failed = 0;
  cancelled = 0;
  bytes = 0;
  retries = 0;
  inFlight = 0;
  mostInFlight = 0;
  /** Seconds from the first event to the last. */
  elapsed = 0;
  #origin = NaN;
  #wall = 0;

  get found() {
    return this.tasks.size;
  }

  /** Seconds since the first event, by the wall clock: what a live view draws up to. */
  now() {
    return Number.isNaN(this.#origin) ? 0 : Math.max(this.elapsed, performance.now() / 1000 - this.#wall);
  }

  /**
   * Takes an event in and gives the task that it changed.
   * @param {number} time @param {number} id @param {Kind} kind @param {string} url @param {number} detail
   */
  take(time, id, kind, url, detail) {
    if (Number.isNaN(this.#origin)) {
      this.#origin = time;
      this.#wall = performance.now() / 1000;
    }
    const at = time - this.#origin;
    this.elapsed = Math.max(this.elapsed, at);
    let task = this.tasks.get(id);
    if (!task) {
      task = { id, url, state: 'queued', depth: 0, attempts: 0, bytes: 0, reason: 0, spans: [] };
      this.tasks.set(id, task);
    }
    if (task.state === 'fetching') this.inFlight--;
    this.#close(task, kind, at);
    task.state = kind;
    this.#count(task, kind, detail);
    if (kind === 'waiting' || kind === 'fetching' || kind === 'retrying')
      task.spans.push({ kind, start: at, end: NaN });
    return task;
  }

  /** Ends the task's open span: an attempt is named after how it came out. @param {Task} task @param {Kind} kind @param {number} at */
  #close(task, kind, at) {
    const span = task.spans.at(-1);
    if (!span || !Number.isNaN(span.end)) return;
    span.end = at;
    if (span.kind !== 'fetching') return;
    span.kind = kind === 'done' || kind === 'cancelled' ? kind : 'failed';
  }

  /** @param {Task} task @param {Kind} kind @param {number} detail */
  #count(task, kind, detail) {
    switch (kind) {
      case 'queued':
        task.depth = detail;
        break;
      case 'waiting':
        break;
      case 'fetching':
        task.attempts = detail;
        this.inFlight++;
        this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
        break;
      case 'retrying':
        task.reason = detail;
        this.retries++;
        break;
      case 'done':
        task.bytes = detail;
        this.bytes += detail;
        this.done++;
        break;
      case 'failed':
        task.reason = detail;
        this.failed++;
        this.errors.set(describe(detail), (this.errors.get(describe(detail)) ?? 0) + 1);
        break;
      case 'cancelled':
        this.cancelled++;
        break;
      default:
        throw new TypeError(`a crawl has no event "${kind}"`);
    }
  }
}
