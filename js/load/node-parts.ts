// Owns: the parts that are others in Node, Deno and Bun than in a page.
// Must not know: who needs them.

import { parts, type Parts } from './parts.ts';

export const nodeParts: Parts = {
  ...parts,
  preopens: () => import('../libc/preopens.ts'),
  web: () => import('../web/node-web.ts'),
};
