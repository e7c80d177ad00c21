// What functions are called in a module: stacks and profiles show it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../../dist/js/node.js';
import { build } from '../../dist/js/tool/build.js';
import { called } from '../../wasm/toolchain/called.mjs';
import { project } from './project.mjs';

/** A static async function, one that awaits it, and a generator, of one file. @param {string} name */
const file = (name) => `#include <cawait.h>
#include <cawait/export.h>
static char bytes[70000] = {1};
static CAW_ASYNC_GEN(int, ${name}_gives, int n)
{
    CAW_BEGIN_GEN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_YIELD(n + bytes[n]);
    } CAW_END_GEN;
}
static CAW_ASYNC(int, ${name}_inner, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_FOR_AWAIT(int i, ${name}_gives(n)) n += i;
        CAW_END_FOR;
        if (n > 2) __builtin_trap();
        CAW_RETURN(n);
    } CAW_END;
}
CAW_ASYNC(int, ${name}, int n)
{
    CAW_BEGIN(int) {
        int m = CAW_AWAIT(${name}_inner(n));
        CAW_RETURN(m);
    } CAW_END;
}
CAW_EXPORT(int, ${name}, int, n);
`;

/** The names of a module's coroutines. @param {BufferSource} module */
async function names(module) {
  const [section] = WebAssembly.Module.customSections(await WebAssembly.compile(module), 'name');
  const text = Buffer.from(section ?? new ArrayBuffer(0)).toString('latin1');
  return (text.match(/\w+\.(resume|destroy)/g) ?? []).filter((name) => /^(one|two|caw__coro)/.test(name)).sort();
}

test('static async functions have their own names, in each file', async () => {
  const { at } = project({ 'one.c': file('one'), 'two.c': file('two') });
  for (const flags of [[], ['-g']]) {
    const { module } = await build({ sources: [at('one.c'), at('two.c')], flags });
    const parts = ['one', 'one_gives', 'one_inner', 'two', 'two_gives', 'two_inner'];
    assert.deepEqual(await names(module), parts.flatMap((part) => [`${part}.destroy`, `${part}.resume`]).sort());
    const { exports } = await load(module, { onReport() {} });
    assert.equal(await exports['one']?.(0), 1);
    await assert.rejects(exports['two']?.(2), ({ cause }) => /\btwo_inner\.resume\b/.test(cause.stack));
    // What was named once stays, and what is no module is left alone.
    assert.deepEqual(await names(new Uint8Array(called(module))), await names(module));
    for (const size of [0, 8, 100, module.length - 50]) called(module.subarray(0, size));
  }
});
