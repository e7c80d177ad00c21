// The files that lessons read, by the paths they have from the root, as load() takes them: where they stand in the checkout.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @type {Record<string, string>} */
export const files = Object.fromEntries(
  readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.txt'))
    .map((name) => [`/tests/gallery/${name}`, readFileSync(join(import.meta.dirname, name), 'utf8')]),
);
