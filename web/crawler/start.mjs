// `npm start` after the build: the C crawler, in Node, against the demo server, with its progress in the terminal.
// It owns the command line and the exit code; everything it shows comes from the crawl's events.
//
//   npm start -- [--url URL] [--limit 6] [--depth 4] [--timeout 1.5] [--retries 2] [--throttle 1]
//
// Ctrl-C cancels the C tasks by the same AbortSignal that a page would use, and still prints the table.

import { given } from '../../wasm/toolchain/options.mjs';
import { crawl, loadCrawler } from './crawl.mjs';
import { Crawl } from './events.mjs';
import { startServer } from './server.mjs';
import { Progress, table } from './terminal.mjs';

const USAGE = 'usage: npm start -- [--url URL] [--limit 6] [--depth 4] [--timeout 1.5] [--retries 2] [--throttle 1]';
const options = /** @type {const} */ ({
  url: { type: 'string' },
  limit: { type: 'string', default: '6' },
  depth: { type: 'string', default: '4' },
  timeout: { type: 'string', default: '1.5' },
  retries: { type: 'string', default: '2' },
  throttle: { type: 'string', default: '1' },
});
const { values } = given({ options }, USAGE);

/** @param {'limit' | 'depth' | 'timeout' | 'retries' | 'throttle'} name @param {number} least */
function number(name, least) {
  const value = Number(values[name]);
  if (values[name].trim() !== '' && value >= least) return value;
  console.error(`--${name} must be a number from ${least} on, not "${values[name]}"`);
  process.exit(2);
}

const limit = number('limit', 1);
const depth = number('depth', 0);
const timeout = number('timeout', 0.001);
const retries = number('retries', 0);
const throttle = number('throttle', 0);

const server = values.url === undefined ? await startServer() : null;
const url = values.url ?? `${server?.url}site/?run=start&throttle=${throttle}`;
const app = await loadCrawler(new URL('../../dist/demos/crawler.wasm', import.meta.url));

console.log(
  `Crawling ${url}\nat most ${limit} at a time, to depth ${depth}, ${timeout} s and ${retries} retries for each page\n`,
);
const cancel = new AbortController();
process.once('SIGINT', () => cancel.abort());

const seen = new Crawl();
const progress = new Progress(seen, process.stdout);
try {
  await crawl(app, { url, limit, depth, timeout, retries, signal: cancel.signal }, (...event) =>
    progress.show(seen.take(...event)),
  );
} catch (error) {
  if (!cancel.signal.aborted) throw error;
  process.exitCode = 130;
} finally {
  progress.end();
  app[Symbol.dispose]();
  await server?.close();
}
console.log(table(seen, process.stdout.isTTY && !process.env.NO_COLOR));
