// Owns: a machine whose memory is shared between threads: it grows without its views being detached, and no decoder takes them.
// Must not know: which threads there are.

import type { Machine, Pointer } from './base/machine.ts';
import { decoder } from './base/text.ts';

const { setInterval, clearInterval } = globalThis;
const LONGEST = 2 ** 31 - 1;

/** Before it starts. Gives the imports, and whether anything is under way in another thread. */
export function shared(machine: Machine) {
  let bytes = new Uint8Array();
  let view: DataView;
  /** Any thread may have made it grow: then it has another buffer, and the old one, as long as it was, is no error but too short. */
  const look = (): void => {
    const { buffer } = machine.x.memory as unknown as { buffer: ArrayBuffer };
    if (bytes.buffer === buffer) return;
    bytes = new Uint8Array(buffer);
    view = new DataView(buffer);
  };
  machine.bytes = () => (look(), bytes);
  machine.view = () => (look(), view);
  machine.text = (pointer: Pointer, length: number) => {
    pointer >>>= 0;
    return decoder.decode(machine.bytes().slice(pointer, pointer + (length >>> 0)));
  };

  // For each loop that waits for threads, which do not keep Node alive.
  const holds: unknown[] = [];
  const release = (): void => clearInterval(holds.pop() as never);
  machine.onEnd.push(() => {
    while (holds.length) release();
  });
  return {
    busy: () => holds.length > 0,
    imports: {
      em_hold(on: number): void {
        if (on) holds.push(setInterval(() => {}, LONGEST));
        else release();
      },
    },
  };
}
