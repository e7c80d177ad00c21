// Owns: the module's memory and its exports as WebAssembly has them, for who needs them.
// Must not know: what they are used for.

import type { Machine } from '../base/machine.ts';

/** The App's properties: asked for each time, as an instance that is over gives its memory back. */
export const raw = (machine: Machine): PropertyDescriptorMap => {
  const live = <T>(get: () => T) => ({
    enumerable: true,
    get() {
      if (machine.ended) throw machine.ended;
      return get();
    },
  });
  return { memory: live(() => machine.x.memory), raw: live(() => machine.x) };
};
