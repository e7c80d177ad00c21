// Owns: a machine whose memory is shared between threads: it grows without its views being detached, and no decoder takes them.
// Must not know: which threads there are.

import type { Machine, Pointer } from './base/machine.ts';
import { decoder } from './base/text.ts';

/** Before it starts. */
export function shared(machine: Machine): void {
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
}
