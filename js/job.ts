// Owns: what goes on in a worker: an instance of the module that does one job after the other, by messages.
// Must not know: who sends them (workers.ts), or what kind of worker this is (worker.ts, node-worker.ts).

import { prepare, run, type Options } from './app.ts';
import type { Exports, Pointer } from './machine.ts';
import type { Parts } from './parts.ts';
import { CANCELLATION, SMALL, type Begin, type Told } from './jobs.ts';

export interface Port {
  post(message: Told, transfer?: ArrayBuffer[]): void;
  listen(told: (message: unknown) => void): void;
}

async function instance({ module, flag, options }: Begin, port: Port, parts: Parts, imports: WebAssembly.Imports) {
  const own: Options = {
    ...options,
    print: (line) => port.post({ line, error: false }),
    printErr: (line) => port.post({ line, error: true }),
    imports,
  };
  const made = await prepare(module, own, parts, await parts.late());
  if (flag)
    Object.assign(made.imports.caw, {
      job_cancelled: () => Atomics.load(flag, CANCELLATION),
      job_sleep: (seconds: number) => +(Atomics.wait(flag, CANCELLATION, 0, seconds * 1000) === 'timed-out'),
    });
  const { exports } = await WebAssembly.instantiate(module, made.imports);
  // Its CAW_MAIN is the business of who has started it.
  run({ ...made, main: undefined }, exports as unknown as Exports, own);
  return made.machine;
}

/** Does jobs until it is ended. `imports`: of the program's own. */
export function work(port: Port, parts: Parts, imports: WebAssembly.Imports): void {
  let ready: ReturnType<typeof instance> | undefined;
  let begun: Awaited<ReturnType<typeof instance>> | undefined;

  function job(bytes: Uint8Array<ArrayBuffer>): void {
    const machine = begun!;
    const answer = machine.enter(() => {
      const at = machine.x.caw_work_room(bytes.length) >>> 0;
      if (at) machine.bytes().set(bytes, at);
      return machine.x.caw_work() >>> 0;
    });
    const [data, size] = [machine.word(answer), machine.word(answer + 4)] as [Pointer, number];
    const copy = machine.bytes().slice(data, data + size);
    port.post(copy, size > SMALL ? [copy.buffer] : undefined);
  }

  // What was thrown as it began, or a trap: whoever waits is told, and starts another.
  const lost = (error: unknown) => port.post(`${error instanceof Error ? error.message : error}`);
  port.listen((message) => {
    if (begun) {
      try {
        job(message as Uint8Array<ArrayBuffer>);
      } catch (error) {
        lost(error);
      }
    } else if (ready) {
      ready.then(() => job(message as Uint8Array<ArrayBuffer>)).catch(lost);
    } else {
      ready = instance(message as Begin, port, parts, imports);
      ready.then((machine) => (begun = machine), lost);
    }
  });
}
