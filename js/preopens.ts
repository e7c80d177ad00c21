// Owns: the files of a program in Node: directories of the machine, by node:wasi.
// Must not know: what else the C library asks for (libc.ts). Loaded only where a program is given preopens.

import { WASI } from 'node:wasi';
import type { FileCalls } from './files.ts';

/** Descriptors 0 to 2 are the loader's own: what is printed goes to its callbacks. */
export function preopenedFiles(preopens: Readonly<Record<string, string>>): FileCalls {
  const wasi = new WASI({ version: 'preview1', preopens: { ...preopens } });
  return (machine) => {
    // It wants an instance, but of that only the memory. Bun's is another one.
    let begun = false;
    const begin = () => {
      if (begun) return;
      const { memory } = machine.x;
      if ('setMemory' in wasi) (wasi as { setMemory(memory: WebAssembly.Memory): void }).setMemory(memory);
      else wasi.initialize({ exports: { memory } });
      begun = true;
    };
    return Object.fromEntries(
      Object.entries(wasi.wasiImport as Record<string, (...args: unknown[]) => number>).map(([name, call]) => [
        name,
        (...args: unknown[]) => {
          begin();
          return call(...args);
        },
      ]),
    ) as ReturnType<FileCalls>;
  };
}
