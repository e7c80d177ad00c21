// The package's command: a program built by it, and the types it writes of one.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

const COMMAND = join(import.meta.dirname, '../../../wasm/toolchain/cawait.mjs');
const run = (/** @type {string[]} */ ...args) => promisify(execFile)(process.execPath, [COMMAND, ...args]);

/** @type {string} */
let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cawait-'));
});
after(() => rm(folder, { recursive: true }));

test('builds a module and writes its types', async () => {
  const wasm = join(folder, 'types.wasm');
  await run('-o', wasm, join(import.meta.dirname, 'types.c'));
  await run('types', wasm);
  assert.equal(
    await readFile(join(folder, 'types.d.ts'), 'utf8'),
    `// The exported functions of types.wasm, written by \`npx cawait types\`: load<Exports>('types.wasm')
import type { CallOptions } from 'cawait';

export interface Exports {
  mean(a: number, b: number, c: bigint, options?: CallOptions): Promise<number>;
  nothing(options?: CallOptions): Promise<void>;
  join(text: string, bytes: Uint8Array | ArrayBuffer, upper: boolean, options?: CallOptions): Promise<string>;
}
`,
  );
});

test('a module that is none of ours has no types to write', async () => {
  const wasm = join(folder, 'other.wasm');
  await writeFile(wasm, Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  await assert.rejects(run('types', wasm), /other\.wasm was not built with cawait/);
});

test('what the compiler refuses is shown, and nothing is written', async () => {
  const source = join(folder, 'wrong.c');
  await writeFile(source, '#include <cawait.h>\nint f(void) { return CAW_AWAIT(caw_sleep(1)), 0; }\n');
  await assert.rejects(run('-o', join(folder, 'wrong.wasm'), source), /wrong\.c:2:.*caw__inside_CAW_BEGIN/s);
  await assert.rejects(readFile(join(folder, 'wrong.wasm')), /ENOENT/);
});

test('without a source it says how it is used', async () => {
  await assert.rejects(run(), /usage:/);
});
