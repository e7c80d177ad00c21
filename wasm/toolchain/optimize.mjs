// Makes a linked module smaller by Binaryen (the npm package binaryen), where it is installed: a tenth less.
// It must not know what the module is of.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cached } from './cache.mjs';

// What clang's modules may hold. Not all that Binaryen knows: it would use what no engine has yet.
const FEATURES = /** @type {const} */ ([
  'Atomics',
  'BulkMemory',
  'BulkMemoryOpt',
  'CallIndirectOverlong',
  'ExtendedConst',
  'Multivalue',
  'MutableGlobals',
  'NontrappingFPToInt',
  'ReferenceTypes',
  'SIMD128',
  'SignExt',
]);

/** Its version; null: not installed. */
function installed() {
  try {
    const entry = createRequire(import.meta.url).resolve('binaryen');
    return String(JSON.parse(readFileSync(join(dirname(entry), 'package.json'), 'utf8')).version);
  } catch {
    return null;
  }
}

/**
 * The module with less code; as it was without Binaryen.
 * @param {Uint8Array} bytes
 */
export function optimize(bytes) {
  const version = installed();
  if (version === null) return bytes;
  return cached(['binaryen twice, in order', version, bytes], async () => {
    const { default: binaryen } = await import('binaryen');
    const features = FEATURES.reduce((all, name) => all | binaryen.Features[name], 0);
    const module = binaryen.readBinary(bytes);
    module.setFeatures(features);
    binaryen.setOptimizeLevel(2);
    binaryen.setShrinkLevel(2); // -Oz
    module.optimize();
    module.optimize(); // what the first has folded leaves more to fold: 70 bytes of 20,700
    module.runPasses(['reorder-functions']); // those called most have the short numbers
    const smaller = module.emitBinary();
    module.dispose();
    return smaller;
  });
}
