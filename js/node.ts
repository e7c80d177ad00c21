// Owns: the public surface for Node, Deno and Bun: files are read, and a process that ends with tasks that hang says so.
// Must not know: anything that index.ts does not, but files and the process.

import { readFile } from 'node:fs/promises';
import './bridge/context.ts'; // before anybody uses one
import { CawError } from './base/errors.ts';
import { loader } from './load/load.ts';
import type { Machine } from './base/machine.ts';
import { nodeParts } from './load/node-parts.ts';
import { taskTree } from './run/task-text.ts';
import { readTasks } from './run/tasks.ts';

export type * from './index.ts';
export { mockedClock } from './run/clock.ts';
export { CawError };

async function get(url: URL, init?: RequestInit) {
  if (url.protocol !== 'file:') return fetch(url, init);
  try {
    return new Uint8Array(await readFile(url));
  } catch (cause) {
    throw new CawError('LoadError', `cawait: cannot read ${url.href}: ${(cause as Error).message}`, { cause });
  }
}

const instances = new Set<WeakRef<Machine>>();

function deadlock(machine: Machine): void {
  const tasks = readTasks(machine);
  if (!tasks.length) return;
  machine.report(`cawait: deadlock: nothing can wake the loop any more. Pending tasks:\n${taskTree(tasks)}`, 2);
}

// The process has nothing left to do: the tasks that can never go on are reported.
process.on('beforeExit', () => {
  for (const instance of instances) {
    const machine = instance.deref();
    if (!machine || machine.ended) instances.delete(instance);
    else deadlock(machine);
  }
});

const start = loader({
  parts: nodeParts,
  fetch: get,
  loaded: (machine) => instances.add(new WeakRef(machine)),
});

/** As the one of index.ts; a file: URL is read from the disk. CAWAIT_DEBUG=1 is { debug: true } where nothing else is said. */
export const load: typeof start = (source, options = {}) =>
  start(source, process.env['CAWAIT_DEBUG'] ? { debug: true, ...options } : options);
