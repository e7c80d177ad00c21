// Owns: the public surface for Node, Deno and Bun: files are read, and a process that ends with tasks that hang says so.
// Must not know: anything that index.ts does not, but files and the process.

import { readFile } from 'node:fs/promises';
import { reportDeadlocks } from './app.ts';
import { CawError } from './errors.ts';
import { loader } from './load.ts';

export type * from './index.ts';
export { CawError };

async function get(url: URL) {
  if (url.protocol !== 'file:') return fetch(url);
  try {
    return new Uint8Array(await readFile(url));
  } catch (cause) {
    throw new CawError('LoadError', `cawait: cannot read ${url.href}: ${(cause as Error).message}`, { cause });
  }
}

process.on('beforeExit', reportDeadlocks);

/** As the one of index.ts; a file: URL is read from the disk. */
export const load = loader(get);
