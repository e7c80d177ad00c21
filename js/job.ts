// Owns: what goes on in a worker: an instance of the module that does one job after the other, by messages.
// Must not know: who sends them (workers.ts), or what kind of worker this is (worker.ts, node-worker.ts).

import { CawError } from './base/errors.ts';
import { messageOf } from './base/thrown.ts';
import { prepare, run, type Imports, type Options } from './run/app.ts';
import type { Exports, Machine, Pointer } from './base/machine.ts';
import type { Parts } from './load/parts.ts';
import { CANCELLATION, SMALL, type Begin, type Gone, type Join, type Memo, type Told } from './workers/jobs.ts';

export interface Port {
  post(message: Told, transfer?: ArrayBuffer[]): void;
  listen(told: (message: unknown) => void): void;
}

function copy(machine: Machine, data: Pointer, size: number): Uint8Array<ArrayBuffer> {
  return machine.bytes().slice(data >>> 0, (data >>> 0) + (size >>> 0));
}

/** What large bytes are handed over by. */
const handed = (bytes: Uint8Array<ArrayBuffer>) => (bytes.length > SMALL ? [bytes.buffer] : []);

/** Where one job at a time is done. */
interface Desk {
  port: Port;
  /** With whom its work is joined, by number. */
  joined: Map<number, Join>;
  works: boolean;
}

/** The work is over. */
function leave(desk: Desk): void {
  desk.works = false;
  for (const { port, last } of desk.joined.values()) {
    port.postMessage(last);
    port.close();
  }
  desk.joined.clear();
}

function answer(desk: Desk, machine: Machine, data: Pointer, size: number): void {
  const bytes = copy(machine, data, size);
  // The next job may be long in coming, and the worker ended before: what this one has printed, without an end of line, too, is seen now.
  machine.x.caw_flush();
  machine.flush();
  leave(desk);
  desk.port.post(bytes, handed(bytes));
}

async function instance({ module, flag, options }: Begin, desk: Desk, parts: Parts, imports: Imports) {
  const { port, joined } = desk;
  const own: Options = {
    ...options,
    print: (line) => port.post({ line, error: false }),
    printErr: (line) => port.post({ line, error: true }),
    onReport: (report, level) => port.post({ report, level }),
    imports,
  };
  const made = await prepare(module, own, parts, await parts.late());
  const { machine } = made;
  Object.assign(made.imports.caw, {
    work_answer: (data: Pointer, size: number) => answer(desk, machine, data, size),
    work_tell(data: Pointer, size: number) {
      const memo = copy(machine, data, size);
      port.post({ memo }, handed(memo));
    },
    work_tell_by(number: number, data: Pointer, size: number) {
      const memo = copy(machine, data, size);
      joined.get(number)?.port.postMessage(memo, handed(memo));
    },
    ...(flag && {
      job_cancelled: () => Atomics.load(flag, CANCELLATION),
      job_sleep: (seconds: number) => +(Atomics.wait(flag, CANCELLATION, 0, seconds * 1000) === 'timed-out'),
    }),
  });
  const { exports } = await WebAssembly.instantiate(module, made.imports);
  // Its CAW_MAIN is the business of who has started it.
  run({ ...made, main: undefined }, exports as unknown as Exports, own);
  return machine;
}

/** Why a worker is lost: with the C functions of a trap, which go no further than here, and no word of loading again what is not theirs. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return `${error}`;
  const { cause } = error;
  if (!(error instanceof CawError && error.type === 'Trap' && cause instanceof Error)) return error.message;
  const places = `${cause.stack}`.split('\n').filter((line) => line.includes('wasm-function['));
  const names = places.flatMap(
    (line) => /^\s*(?:at )?(?:[^@\s]*\.wasm\.)?([^@\s]+)[@\s]/.exec(line)?.[1]?.replace(/^caw__work_(?!do$)/, '') ?? [],
  );
  const theirs = names.filter((name) => !/^caw__|^[^a-z_]/i.test(name)).slice(0, 3);
  return `the module trapped (${cause})${theirs.length > 0 ? ` in ${theirs.join(' < ')}` : ''}`;
}

/** Does jobs until it is ended. `imports`: of the program's own. */
export function work(port: Port, parts: Parts, imports: Imports): void {
  let ready: ReturnType<typeof instance> | undefined;
  let begun: Machine | undefined;
  const desk: Desk = { port, joined: new Map(), works: false };

  function hear(machine: Machine, bytes: Uint8Array, isMemo = true): void {
    machine.enter(() => {
      const { x } = machine;
      const at = x.caw_work_room(bytes.length) >>> 0;
      if (at) machine.bytes().set(bytes, at);
      if (isMemo) return x.caw_work_hear();
      desk.works = true;
      const done = x.caw_work() >>> 0;
      if (done) answer(desk, machine, machine.word(done), machine.word(done + 4));
    });
  }

  // What was thrown as it began, or a trap: whoever waits is told, and starts another.
  function lost(error: unknown): void {
    leave(desk);
    let why = messageOf(error);
    try {
      why = reason(error);
    } catch {
      // Deno compiles no regular expression in the handler of a port: stack overflow.
    }
    port.post(why);
  }
  function guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      lost(error);
    }
  }

  function tell(machine: Machine, message: Uint8Array | Memo | Join | Gone): void {
    if (message instanceof Uint8Array) return hear(machine, message, false);
    if ('memo' in message) return hear(machine, message.memo);
    const { last } = message;
    if ('gone' in message) {
      const told = desk.joined.get(message.gone);
      // What it has sent is here by then.
      if (told) setTimeout(() => desk.joined.get(message.gone) === told && guarded(() => hear(machine, last)));
      return;
    }
    desk.joined.set(message.join, message);
    message.port.onmessage = ({ data }) => guarded(() => hear(machine, data));
    if (!desk.works) leave(desk);
  }

  port.listen((message) => {
    if (begun) {
      const machine = begun;
      guarded(() => tell(machine, message as Uint8Array | Memo | Join | Gone));
    } else if (ready) {
      ready.then((machine) => tell(machine, message as Uint8Array | Memo | Join | Gone)).catch(lost);
    } else {
      ready = instance(message as Begin, desk, parts, imports);
      ready.then((machine) => {
        begun = machine;
        machine.onEnd.push(lost); // a job that goes on may trap, too
      }, lost);
    }
  });
}
