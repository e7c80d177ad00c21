// node tests/differential/run.mjs: random conversations with CPython's servers and ours; --help. The server must be built
// (npm test -- net).

import { join } from 'node:path';
import { given } from '../../wasm/toolchain/options.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { compared } from './compare.mjs';
import { python, started } from './servers.mjs';

const USAGE = `usage: node tests/differential/run.mjs [--count N] [--seed N] [-- COMMAND ...]
  --count N  so many conversations (1000)
  --seed N   from this one on (1)
  COMMAND    starts the server; without it, the native one that the leg net has built`;

const { values, positionals } = given(
  {
    allowPositionals: true,
    options: { count: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
  },
  USAGE,
);
const [name = join(ROOT, 'build/net/tests/differential-server'), ...args] = positionals;
const cpython = await python();
if (!cpython) throw new Error('there is no CPython 3.12 or newer');
const start = performance.now();
const [theirs, ours] = [await cpython(), await started(name, args)];
const different = await compared(theirs, ours, { first: Number(values.seed), count: Number(values.count) });
for (const text of different) console.log(text);
const ends = [await theirs.end(), await ours.end()];
const seconds = ((performance.now() - start) / 1000).toFixed(1);
console.log(`${values.count} conversations, ${different.length} different, ${seconds} s ${ends.join('')}`);
process.exitCode = different.length > 0 || ends.some((text) => text) ? 1 : 0;
