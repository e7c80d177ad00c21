// Owns: the workers that a C program's executors have: starting, posting, ending them; what they answer.
// Must not know: what a job is, or where it runs (job.ts). Its other half is wasm/js/workers.c. Loaded only for modules that import some of
// it.

import type { Options } from '../run/app.ts';
import { negative } from '../base/errno.ts';
import { CANCELLATION, SMALL, type Begin, type Gone, type Join, type Memo, type Told } from './jobs.ts';
import { describe, what } from '../base/look.ts';
import { messageOf } from '../base/thrown.ts';
import type { Machine, Pointer } from '../base/machine.ts';

/** A worker, whatever the host calls one. */
export interface WorkerLike {
  post(message: unknown, transfer?: Transferable[]): void;
  listen(told: (message: unknown) => void, lost: (error: unknown) => void): void;
  /** At once, whatever it does. */
  end(): void;
  /** Whether it keeps the process alive. */
  hold(alive: boolean): void;
}

/** How workers are started here. */
export interface WorkerHost {
  /** How many make sense; 0: there are none here. */
  count(): number;
  start(): WorkerLike;
}

interface Entry {
  worker: WorkerLike;
  /** The C struct. */
  at: Pointer;
  busy: boolean;
  lost: boolean;
  flag: Int32Array | undefined;
  /** Those it is joined with, by number; what they hear last. */
  joined: Map<number, { other: Entry; last: Uint8Array<ArrayBuffer> }>;
}

// Before anybody replaces them.
const { Atomics, MessageChannel, navigator, setTimeout, SharedArrayBuffer } = globalThis;

/** Milliseconds for which a worker that is lost, and does nothing any more, is left alone. */
const GRACE = 1000;

/**
 * The web's way. Here no script is named, or every bundle of one file would have two: page-web.ts does.
 * @param make starts one; undefined: there are none
 */
export const workerHost = (make: (() => unknown) | undefined): WorkerHost => ({
  count: () => (make ? navigator?.hardwareConcurrency || 2 : 0),
  start() {
    const worker = make!() as Worker;
    return {
      post: (message, transfer) => worker.postMessage(message, transfer ?? []),
      listen(told, lost) {
        worker.onmessage = ({ data }) => told(data);
        worker.onmessageerror = () => lost('a message could not be read');
        worker.onerror = (event) => {
          event.preventDefault?.();
          lost(event.message ?? 'its script cannot be loaded: see Options.worker');
        };
      },
      end: () => worker.terminate(),
      hold() {},
    };
  },
});

/** Blocks: Node's main thread may, and a worker; a page computes. */
function sleep(seconds: number): number {
  const ms = seconds * 1000;
  try {
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    Atomics.wait(new Int32Array(buffer), 0, 0, ms);
  } catch {
    for (const end = performance.now() + ms; performance.now() < end;);
  }
  return 1;
}

export function executorImports(
  machine: Machine,
  module: WebAssembly.Module,
  { args, env, files, preopens, ...options }: Options,
  host: WorkerHost,
): WebAssembly.ModuleImports {
  const entries = new Map<number, Entry>();
  /** Lost, and left alone for a while. */
  const left = new Set<WorkerLike>();
  let last = 0;

  function finish(entry: Entry, bytes: Uint8Array, result: number): void {
    if (!entry.busy || machine.ended) return;
    entry.busy = false;
    entry.joined.clear(); // it has said so itself; or lose has
    entry.worker.hold(false);
    try {
      const at = machine.x.caw_worker_room(entry.at, bytes.length) >>> 0;
      if (at) machine.bytes().set(bytes, at);
      machine.x.caw_worker_done(entry.at, result);
    } catch (error) {
      machine.failed(error);
    }
  }

  function hear(entry: Entry, memo: Uint8Array): void {
    if (!entry.busy || machine.ended) return;
    try {
      const at = machine.x.caw_worker_room(entry.at, memo.length) >>> 0;
      if (!at) return lose(entry, 'there was no memory for what it said');
      machine.bytes().set(memo, at);
      machine.x.caw_worker_hear(entry.at);
    } catch (error) {
      machine.failed(error);
    }
  }

  /** They hear no more of it. */
  function leave(joined: Entry['joined']): void {
    for (const [gone, { other, last }] of joined)
      if (other.busy && !other.lost) other.worker.post({ gone, last } as Gone);
  }

  /** An idle one is found out when it is to do something. `said`: by itself, to those it is joined with, too. */
  function lose(entry: Entry, why: string, said = false): void {
    if (entry.lost) return;
    entry.lost = true;
    const joined = new Map(entry.joined);
    const end = () => {
      left.delete(entry.worker);
      stop(entry.worker);
      leave(joined);
    };
    // What it has put and said last is on its way: home must not overtake that, nor end it with the worker, as WebKit does.
    if (said && joined.size > 0) {
      left.add(entry.worker);
      (setTimeout(end, GRACE) as { unref?(): void }).unref?.();
    } else end();
    finish(entry, new TextEncoder().encode(`${why}\0`), negative('EIO'));
  }

  /** The program's own worker may be anything: Options.worker. */
  function stop(worker: WorkerLike): void {
    try {
      worker.end();
    } catch (error) {
      machine.report(`cawait: a worker cannot be ended: ${describe(error)}`, 1);
    }
  }

  function told(entry: Entry, message: Told): void {
    if (typeof message === 'string') lose(entry, message, true);
    else if (message instanceof Uint8Array) finish(entry, message, 0);
    else if (!['memo', 'report', 'line'].some((key) => key in Object(message)))
      machine.report(`cawait: a worker said ${what(message)}, which serveJobs() does not: is that its script?`, 1);
    else if ('memo' in message) hear(entry, message.memo);
    else if ('report' in message) entry.lost || machine.report(message.report, message.level);
    else printed(message);
  }

  function printed({ line, error }: { line: string; error: boolean }): void {
    const [raw, print] = error ? [options.stderr, options.printErr] : [options.stdout, options.print];
    try {
      if (!raw) return (print ?? console[error ? 'error' : 'log'])(line);
      for (let bytes = new TextEncoder().encode(`${line}\n`), taken; bytes.length > 0; bytes = bytes.subarray(taken)) {
        const { length } = bytes; // it may hand the buffer over to another thread
        taken = raw(bytes) ?? length;
        if (!(Number.isInteger(taken) && taken > 0 && taken <= length))
          throw new RangeError(`it gave ${what(taken)} for ${length} bytes`);
        if (taken === length) return;
      }
    } catch (reason) {
      const name = raw ? (error ? 'stderr' : 'stdout') : 'print';
      machine.report(`cawait: the ${name} function threw: ${describe(reason)}`, 2);
    }
  }

  function begin(at: Pointer): Entry {
    const flag = SharedArrayBuffer && new Int32Array(new SharedArrayBuffer(4));
    const entry: Entry = { worker: host.start(), at: at >>> 0, busy: false, lost: false, flag, joined: new Map() };
    const { worker } = entry;
    worker.listen(
      (message) => told(entry, message as Told),
      (error) => lose(entry, messageOf(error)),
    );
    worker.post({ module, flag, options: { args, env, files, preopens } } as Begin);
    worker.hold(false);
    return entry;
  }

  (machine.awaits ??= []).push(() => [...entries.values()].some(({ busy }) => busy));
  machine.onEnd.push(() => {
    const all = [...left, ...[...entries.values()].map(({ worker }) => worker)];
    entries.clear();
    all.forEach(stop);
  });

  return {
    worker_count: () => host.count(),
    worker_start(at: Pointer) {
      try {
        entries.set(++last, begin(at));
        return last;
      } catch (error) {
        machine.report(`cawait: no worker can be started: ${describe(error)}`, 1);
        return negative('EAGAIN');
      }
    },
    /** Some of the bytes may be lent, and belong before the one `at`: of a large message there are enough copies. */
    worker_run(id: number, data: Pointer, size: number, lent: Pointer, more: number, at: number) {
      const entry = entries.get(id);
      if (!entry || entry.lost) return negative('EIO');
      const all = machine.bytes();
      const start = data >>> 0;
      const end = start + (size >>> 0);
      let bytes: Uint8Array<ArrayBuffer>;
      if (more) {
        const room = Math.ceil(more / 8) * 8;
        bytes = new Uint8Array(end - start + room);
        bytes.set(all.subarray(start, start + at));
        bytes.set(all.subarray(lent >>> 0, (lent >>> 0) + more), at);
        bytes.set(all.subarray(start + at, end), at + room);
      } else bytes = all.slice(start, end);
      if (entry.flag) Atomics.store(entry.flag, CANCELLATION, 0);
      entry.busy = true;
      entry.worker.hold(true);
      entry.worker.post(bytes, bytes.length > SMALL ? [bytes.buffer] : undefined);
      return 0;
    },
    worker_tell(id: number, data: Pointer, size: number) {
      const start = data >>> 0;
      const memo = machine.bytes().slice(start, start + (size >>> 0));
      entries.get(id)?.worker.post({ memo } as Memo, memo.length > SMALL ? [memo.buffer] : undefined);
    },
    worker_join(one: number, other: number, join: number, data: Pointer, size: number) {
      const [a, b] = [entries.get(one), entries.get(other)];
      if (!MessageChannel || !a?.busy || !b?.busy) return 0;
      const { port1, port2 } = new MessageChannel();
      const last = machine.bytes().slice(data >>> 0, (data >>> 0) + (size >>> 0));
      a.joined.set(join, { other: b, last });
      b.joined.set(join, { other: a, last });
      a.worker.post({ join, port: port1, last } as Join, [port1]);
      b.worker.post({ join, port: port2, last } as Join, [port2]);
      return 1;
    },
    worker_cancel(id: number) {
      const flag = entries.get(id)?.flag;
      if (!flag) return;
      Atomics.store(flag, CANCELLATION, 1);
      Atomics.notify(flag, CANCELLATION);
    },
    worker_end(id: number) {
      const entry = entries.get(id);
      if (!entry) return;
      entries.delete(id);
      leave(entry.joined);
      entry.busy = false; // what is on its way from it has no place to go to
      if (!entry.lost) stop(entry.worker);
    },
    job_cancelled: () => 0,
    job_sleep: sleep,
    work_answer() {},
    work_tell() {},
    work_tell_by() {},
  };
}
