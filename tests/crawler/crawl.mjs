// The crawler over files (tests/crawler/site), as any WASI runtime runs it: the whole report, lines of stdin that join a running
// crawl, the time limit, the end by request, bad arguments; its parts (parts.c), and every
// event of a crawl in virtual time (simulated.c).
// It must not know which runtime it is: a leg hands in the command.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../../wasm/toolchain/program.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { play } from '../wasi/host.mjs';

const MODULE = join(ROOT, 'dist/demos/crawler-wasi.wasm');
const SITE = 'tests/crawler/site';

/** @param {'wasi' | 'sim'} host @param {string} test @param {string[]} files */
async function build(host, test, files) {
  const out = join(ROOT, 'build/tests/wasi', `crawler-${test}.wasm`);
  const sources = [`tests/crawler/${test}`, ...files.map((name) => `web/crawler/${name}`)];
  await program({
    host,
    sources: sources.map((path) => join(ROOT, path)),
    out,
    flags: ['-Iweb/crawler'],
    checked: true,
  });
  return out;
}

/**
 * @param {import('../tally.mjs').Tally} tally
 * @param {(module: string, ...args: string[]) => string[]} start  the command that runs a module with arguments
 */
export async function crawlerTests(tally, start) {
  /** @param {import('../wasi/host.mjs').Script} script @param {string[]} args */
  async function crawl(script, ...args) {
    const { status, stdout, stderr } = await play(start(MODULE, ...args), script);
    // How long it took is not the same twice.
    return { status, output: stdout.replace(/^elapsed {4}\d+\.\d\d s\n/m, '') + stderr };
  }

  const parts = await build('wasi', 'parts.c', ['links.c', 'urls.c']);
  const { status, stdout, stderr } = await play(start(parts), []);
  tally.program('crawler: parts', { status, output: stdout + stderr });

  const simulated = await play(start(await build('sim', 'simulated.c', ['crawler.c', 'links.c', 'urls.c'])), []);
  const events = readFileSync(join(ROOT, 'tests/crawler/simulated.expected'), 'utf8');
  tally.trace(
    'crawler: every event, in virtual time',
    { ...simulated, output: simulated.stdout + simulated.stderr },
    events,
  );

  const expected = readFileSync(join(ROOT, 'tests/crawler/site.expected'), 'utf8');
  tally.trace('crawler: the report', await crawl([], SITE, 'index.html'), expected);

  const joined = await crawl(
    ['tides/\n', /tides/, '/odd\n\ntides/\nhttp://x.invalid/\n'],
    '--depth',
    '0',
    '--delay',
    '0.05',
    SITE,
  );
  const both = `ok              156  /tides/
ok              271  /odd
pages      2 of 2 found
bytes      427
errors     0
retries    0
not in the folder: http://x.invalid/
`;
  tally.trace('crawler: lines of stdin are start pages', joined, both);

  const late = await crawl([], '--timeout', '0.05', '--delay', '5', '--retries', '1', SITE, 'index.html', 'knots.html');
  const timedOut = `timed out            /index.html
timed out            /knots.html
pages      0 of 2 found
bytes      0
errors     2
retries    2
`;
  tally.trace('crawler: time limit and retries', late, timedOut);

  const stopped = await crawl(
    ['stop\n', Infinity],
    '--delay',
    '600',
    '--timeout',
    '900',
    '--limit',
    '1',
    SITE,
    'knots.html',
    'tides/',
  );
  const cancelled = `cancelled            /knots.html
cancelled            /tides/
pages      0 of 2 found
bytes      0
errors     0
cancelled  2
retries    0
`;
  tally.trace('crawler: cancelled on request, at once and whole', stopped, cancelled);

  for (const args of [[], ['--limit'], ['--limit', 'many', SITE], ['--speed', '1', SITE]]) {
    const { status, output } = await crawl([], ...args);
    tally.check(`crawler: usage (${args.join(' ')})`, status === 2 && output.startsWith('crawler [--limit N]'), output);
  }
  const senseless = await crawl([], '--limit', '0', SITE);
  const why = 'ValueError: a crawl needs limit > 0, depth >= 0, timeout > 0, retries >= 0\n';
  tally.check(
    'crawler: settings that make no sense',
    senseless.status === 1 && senseless.output === why,
    senseless.output,
  );
}
