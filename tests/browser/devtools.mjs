// What DevTools does with a program built by `cawait build -g`, over their protocol: the module says that it has DWARF, a breakpoint on a
// line of C stops there, in an async function after its await, too, under the functions' own names, and a profile has those names.
// Which byte belongs to which line is asked of llvm-dwarfdump, as the extension of DevTools asks its own reader of DWARF.
// It must not know how the module is built.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../../wasm/tool/build.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, which } from '../command.mjs';
import { launch } from './launch.mjs';
import { served } from './served.mjs';

const SOURCE = 'tests/browser/devtools.c';
const DWARFDUMP = 'llvm-dwarfdump-19';

/** Where the code of a module begins: addresses in DWARF count from there. @param {Uint8Array} bytes */
function codeStart(bytes) {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const id = bytes[at++];
    const size = number();
    if (id === 10) return at;
    at += size;
  }
  return assert.fail('the module has no code');
}

/** The line, from 1, that has these words. @param {string} words */
function lineWith(words) {
  const lines = readFileSync(join(ROOT, SOURCE), 'utf8').split('\n');
  return lines.findIndex((line) => line.includes(words)) + 1;
}

/** The bytes of a module at which a line of the source begins. @param {string} table  of lines @param {number} line */
function addresses(table, line) {
  const own = table.split(/^debug_line/m).find((unit) => unit.includes('devtools.c"')) ?? '';
  return [...own.matchAll(/^0x([0-9a-f]+) +(\d+) +\d+ +1 .*is_stmt/gm)]
    .filter(([, , at]) => Number(at) === line)
    .map(([, address]) => parseInt(address ?? '', 16));
}

/** @param {{ tally: import('../tally.mjs').Tally }} options */
export async function run({ tally }) {
  if (!which(DWARFDUMP)) return tally.skip('devtools', `install llvm-19 (${DWARFDUMP})`);
  const folder = mkdtempSync(join(tmpdir(), 'cawait-devtools-'));
  const { module } = await build({ sources: [join(ROOT, SOURCE)], flags: ['-g'], name: 'devtools.wasm' });
  const file = join(folder, 'devtools.wasm');
  writeFileSync(file, module);
  const { output: table } = await command(DWARFDUMP, ['--debug-line', file]);
  const start = codeStart(module);
  const site = await served('tests/browser/devtools-page.js', 'devtools', module);
  const browser = await launch('chromium');
  try {
    const page = await browser.newPage();
    const session = await page.createCDPSession();
    /** @type {import('puppeteer-core').Protocol.Debugger.ScriptParsedEvent[]} */
    const scripts = [];
    session.on('Debugger.scriptParsed', (script) => scripts.push(script));
    await session.send('Debugger.enable');
    await page.goto(site.url);
    await page.waitForFunction('globalThis.settle');
    const script = scripts.find(({ scriptLanguage }) => scriptLanguage === 'WebAssembly');
    assert.ok(script, 'the module is a script');
    const symbols = [script.debugSymbols].flat().map((found) => found?.type);
    tally.check('DevTools are told that the module has DWARF', symbols.includes('EmbeddedDWARF'), `${symbols}`);
    assert.equal(script.codeOffset, start);

    for (const [what, words, name, under] of [
      ['of a plain function', 'the hot line', 'weighed', 'settle'],
      ['behind an await', 'after an await', 'settle', null],
    ]) {
      const places = addresses(table, lineWith(`${words} */`));
      tally.check(`DWARF knows the line ${what}`, places.length > 0, table.slice(0, 2000));
      if (!places.length) continue; // nothing would stop
      const breakpoints = await Promise.all(
        places.map((address) =>
          session.send('Debugger.setBreakpoint', {
            location: { scriptId: script.scriptId, lineNumber: 0, columnNumber: start + address },
          }),
        ),
      );
      const stopped = new Promise((resolve) => session.once('Debugger.paused', resolve));
      const call = page.evaluate('settle(2)');
      const { hitBreakpoints, callFrames } = /** @type {import('puppeteer-core').Protocol.Debugger.PausedEvent} */ (
        await stopped
      );
      const names = callFrames.map(({ functionName }) => functionName);
      const place = callFrames[0]?.location.columnNumber;
      const hit = breakpoints.some(
        ({ breakpointId, actualLocation }) =>
          hitBreakpoints?.includes(breakpointId) && actualLocation.columnNumber === place,
      );
      tally.check(`a breakpoint on a line ${what} stops there`, hit, `${hitBreakpoints} at ${place}`);
      const good = names[0]?.startsWith(`$${name}`) && (!under || names.some((frame) => frame.startsWith(`$${under}`)));
      tally.check(`its frames have the names of C ${what}`, !!good, names.join(', '));
      for (const { breakpointId } of breakpoints) await session.send('Debugger.removeBreakpoint', { breakpointId });
      await session.send('Debugger.resume');
      await call;
    }

    await session.send('Profiler.enable');
    await session.send('Profiler.start');
    await page.evaluate('settle(300)');
    const { profile } = await session.send('Profiler.stop');
    const seen = new Set(profile.nodes.map(({ callFrame }) => callFrame.functionName));
    const named = [...seen].some((name) => /^(wasm-function.*|\$?)weighed/.test(name));
    tally.check('a profile has the names of C', named, [...seen].join(', '));
  } finally {
    await browser.close();
    site.close();
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.filename === process.argv[1]) {
  const { Tally } = await import('../tally.mjs');
  const tally = new Tally();
  await run({ tally });
  console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
  for (const complaint of tally.complaints) console.log(complaint);
  process.exitCode = tally.failed ? 1 : 0;
}
