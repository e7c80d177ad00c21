// The same handler in Node: what the demo server gives requests under /service/node/ to.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'cawait';
import { listener } from 'cawait/node-http';

/** @param {string} dist  where the build put the module */
export async function nodeService(dist) {
  const app = await load(await readFile(join(dist, 'demos/service.wasm')));
  return { listen: listener(app.fetch), close: () => app[Symbol.dispose]() };
}
