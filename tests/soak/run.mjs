// `npm run soak`: ten million awaits of promises and a million exported calls with random cancels, in Node (26, where it is there) and in
// Chromium: nothing may be alive at the end, the memory must not have grown since the first tenth, and of a hundred setTimeout(0) 99 must
// come within 4 ms, or twice what they take while nothing is done, or while JavaScript does as much. And a million jobs through each kind
// of executor, with cancellations, traps and kills: each has one outcome.
//   npm run soak -- --calls 10000     fewer;  --only node|chromium|jobs

import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { given } from '../../wasm/toolchain/options.mjs';
import { program } from '../../wasm/toolchain/program.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { launch } from '../browser/launch.mjs';
import { served } from '../browser/served.mjs';
import { node26 } from '../nodes.mjs';
import { jobs } from './jobs.mjs';

const USAGE = 'usage: npm run soak -- [--calls N] [--seed N] [--only node|chromium|jobs]';
const { values } = given(
  {
    options: {
      calls: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
    },
  },
  USAGE,
);
const calls = Number(values.calls);
const amount = { calls, awaits: 10 * calls, seed: Number(values.seed) };
/** ms that a timer may be late. */
const LATE = 4;
const out = join(ROOT, 'build/soak/soak.wasm');

/** @param {string} where @param {Awaited<ReturnType<typeof import('./soak.mjs').soak>>} result */
function judge(where, result) {
  const { outcomes, wrong, alive, memory, lags } = result;
  const left = Object.values(alive).some((count) => count !== 0);
  const grown = memory[0] !== memory[1];
  const ours = Math.max(lags.awaits.p99, lags.calls.p99);
  const others = Math.max(lags.idle.p99, lags['JavaScript awaits'].p99); // on a machine that others load, too
  console.log(
    `${where}: ${JSON.stringify(outcomes)}, memory ${memory.join(' -> ')}; setTimeout(0), median and p99 in ms:`,
  );
  for (const [what, { p50, p99 }] of Object.entries(lags))
    console.log(`  ${what}: ${p50.toFixed(2)} ${p99.toFixed(2)}`);
  for (const [is, what] of [
    [wrong.length > 0, `wrong: ${wrong.join('; ')}`],
    [left, `alive: ${JSON.stringify(alive)}`],
    [grown, 'the memory grew'],
    [ours > Math.max(LATE, 2 * others), `timers come more than ${LATE} ms late`],
    [outcomes.done + outcomes.cancelled + outcomes.failed !== calls, 'not every call has settled as it should'],
  ])
    if (is) {
      console.error(`${where}: ${what}`);
      process.exitCode = 1;
    }
}

async function inNode() {
  const code = `import { load } from './dist/js/node.js'; import { readFileSync } from 'node:fs'; import { soak } from './tests/soak/soak.mjs';
console.log(JSON.stringify(await soak(await load(readFileSync(${JSON.stringify(out)})), ${JSON.stringify(amount)})));`;
  const child = spawn(node26() ?? process.execPath, ['--input-type=module', '-e', code], { cwd: ROOT });
  let text = '';
  child.stdout.on('data', (part) => (text += part));
  child.stderr.pipe(process.stderr);
  await new Promise((resolve) => child.on('close', resolve));
  if (!text) process.exitCode = 1;
  else judge('Node', JSON.parse(text));
}

async function inChromium() {
  const server = await served('tests/soak/page.mjs', 'soak', 'tests/soak/soak.c');
  const browser = await launch('chromium');
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.waitForFunction('globalThis.run');
    judge(
      'Chromium',
      await page.evaluate((/** @type {any} */ given) => /** @type {any} */ (globalThis).run(given), amount),
    );
  } finally {
    await browser.close();
    server.close();
  }
}

mkdirSync(join(ROOT, 'build/soak'), { recursive: true });
await program({ host: 'js', sources: [join(ROOT, 'tests/soak/soak.c')], out });
const parts = { node: inNode, chromium: inChromium, jobs: () => jobs(amount) };
for (const [name, part] of Object.entries(parts)) if (!values.only || values.only === name) await part();
