// Owns: what goes on in a worker: an instance of the module that does one job after the other, by messages.
// Must not know: who sends them (workers.ts), or what kind of worker this is (worker.ts, node-worker.ts).

import { CawError } from './base/errors.ts';
import { prepare, run, type Options } from './run/app.ts';
import type { Exports, Machine, Pointer } from './base/machine.ts';
import type { Parts } from './load/parts.ts';
import { CANCELLATION, SMALL, type Begin, type Memo, type Told } from './workers/jobs.ts';

export interface Port {
  post(message: Told, transfer?: ArrayBuffer[]): void;
  listen(told: (message: unknown) => void): void;
}

function post(machine: Machine, port: Port, data: Pointer, size: number, isMemo?: boolean) {
  const copy = machine.bytes().slice(data >>> 0, (data >>> 0) + (size >>> 0));
  port.post(isMemo ? { memo: copy } : copy, size > SMALL ? [copy.buffer] : undefined);
}

async function instance({ module, flag, options }: Begin, port: Port, parts: Parts, imports: WebAssembly.Imports) {
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
    work_answer: (data: Pointer, size: number) => post(machine, port, data, size),
    work_tell: (data: Pointer, size: number) => post(machine, port, data, size, true),
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
export function work(port: Port, parts: Parts, imports: WebAssembly.Imports): void {
  let ready: ReturnType<typeof instance> | undefined;
  let begun: Machine | undefined;

  function tell(machine: Machine, message: Uint8Array | Memo): void {
    const memo = 'memo' in message;
    const bytes = memo ? message.memo : message;
    machine.enter(() => {
      const { x } = machine;
      const at = x.caw_work_room(bytes.length) >>> 0;
      if (at) machine.bytes().set(bytes, at);
      if (memo) return x.caw_work_hear();
      const done = x.caw_work() >>> 0;
      if (done) post(machine, port, machine.word(done), machine.word(done + 4));
    });
  }

  // What was thrown as it began, or a trap: whoever waits is told, and starts another.
  const lost = (error: unknown) => port.post(reason(error));
  port.listen((message) => {
    if (begun) {
      try {
        tell(begun, message as Uint8Array | Memo);
      } catch (error) {
        lost(error);
      }
    } else if (ready) {
      ready.then((machine) => tell(machine, message as Uint8Array | Memo)).catch(lost);
    } else {
      ready = instance(message as Begin, port, parts, imports);
      ready.then((machine) => {
        begun = machine;
        machine.onEnd.push(lost); // a job that goes on may trap, too
      }, lost);
    }
  });
}
