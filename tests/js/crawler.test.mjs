// The C crawler in Node against the demo's server: what becomes of each kind of page, the limits, cancelling, and nothing left over.
// The page in a browser is tests/browser/crawler.mjs's business, files under WASI tests/crawler's.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { crawl, loadCrawler } from '../../web/crawler/crawl.mjs';
import { Crawl, NETWORK, TIMED_OUT } from '../../web/crawler/events.mjs';
import { startServer } from '../../web/crawler/server.mjs';
import { FATES, place } from '../crawler/fates.mjs';

/** @import { Kind, Task } from '../../web/crawler/events.mjs' */

const MODULE = new URL('../../dist/demos/crawler.wasm', import.meta.url);

/** @typedef {Awaited<ReturnType<typeof loadCrawler>> & { stats(): Record<string, number> }} App */

describe('the crawler in Node', () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {App} */
  let app;
  before(async () => {
    [server, app] = await Promise.all([startServer(), /** @type {Promise<App>} */ (loadCrawler(MODULE))]);
  });
  after(async () => {
    app[Symbol.dispose]();
    await server.close();
  });

  /** What was cut off settles a moment later; what never does is the test runner's to find. */
  async function nothingLeft() {
    const left = () => {
      const { handles, frames, blocks, promises } = app.stats();
      return handles + frames + blocks + promises;
    };
    while (left() > 0) await sleep(5);
  }

  let runs = 0;
  /**
   * @param {string} path @param {Partial<import('../../web/crawler/crawl.mjs').Options>} [options]
   * @param {(seen: Crawl, task: Task, kind: Kind) => void} [onevent]
   */
  async function run(path, options = {}, onevent = () => {}) {
    const url = new URL(path, server.url);
    if (path.startsWith('/site')) url.search = `?run=test${++runs}&throttle=0`;
    const seen = new Crawl();
    const settings = { url: url.href, limit: 6, depth: 4, timeout: 1, retries: 2, ...options };
    const result = await crawl(app, settings, (...event) => onevent(seen, seen.take(...event), event[2]));
    await nothingLeft();
    return { seen, result: /** @type {Record<string, number>} */ (result) };
  }

  test('crawls the whole site, whatever its manners', async () => {
    // On a busy machine a page may take longer than a second that would answer: then all are given more.
    /** @type {(timeout: number) => ReturnType<typeof run>} */
    const patiently = async (timeout) => {
      let hasty = false;
      const outcome = await run('/site/', { timeout }, (_, task) => {
        hasty ||= task.reason === TIMED_OUT && place(task.url) !== '/site/odd/silent';
      });
      return hasty ? patiently(timeout * 3) : outcome;
    };
    const { seen, result } = await patiently(1);
    const tasks = new Map([...seen.tasks.values()].map((task) => [place(task.url), task]));
    assert.equal(tasks.size, seen.found, 'no page twice');
    for (const [path, [state, detail, attempts]] of Object.entries(FATES)) {
      const task = tasks.get(path);
      assert.ok(task, `${path} was found`);
      assert.deepEqual([task.state, task.attempts], [state, attempts], path);
      if (state === 'done') assert.ok(task.bytes >= Number(detail), `${path}: ${task.bytes} bytes`);
      else assert.equal(task.reason, detail, path);
    }
    assert.ok(seen.done >= 60, `${seen.done} pages`);
    assert.equal(seen.done + seen.failed, seen.found);
    assert.ok(seen.mostInFlight > 1 && seen.mostInFlight <= 6, `${seen.mostInFlight} in flight`);
    const { done: pages, failed, retries, bytes } = seen;
    assert.deepEqual({ ...result, seconds: 0 }, { pages, failed, retries, bytes, seconds: 0 });
  });

  test('goes no deeper, no wider and no oftener than it is told', async () => {
    const one = await run('/site/', { depth: 0 });
    assert.deepEqual([one.seen.found, one.seen.done], [1, 1]);
    const alone = await run('/site/', { depth: 1, limit: 1 });
    assert.equal(alone.seen.mostInFlight, 1);
    assert.equal(Math.max(...[...alone.seen.tasks.values()].map((task) => task.depth)), 1);
    const once = await run('/site/odd/broken', { retries: 0 });
    assert.deepEqual([once.seen.failed, once.seen.retries], [1, 0]);
  });

  test('waits twice as long before each retry', async () => {
    const { seen } = await run('/site/odd/broken', { retries: 3 });
    const pauses = [...seen.tasks.values()][0].spans.filter(({ kind }) => kind === 'retrying');
    assert.equal(pauses.length, 3);
    for (const [index, { start, end }] of pauses.entries()) {
      const pause = 0.1 * 2 ** index;
      assert.ok(end - start > pause - 0.002, `pause ${index}: ${end - start}`);
    }
  });

  test('ends at once when it is cancelled, and every page says so', async () => {
    const abort = new AbortController();
    const seen = new Crawl();
    const url = `${server.url}site/?run=cancel&throttle=1`;
    const settings = { url, limit: 4, depth: 4, timeout: 60, retries: 2, signal: abort.signal };
    const crawling = crawl(app, settings, (...event) => {
      seen.take(...event);
      if (seen.done === 5) abort.abort();
    });
    await assert.rejects(crawling, { name: 'AbortError' });
    assert.equal(seen.done + seen.failed + seen.cancelled, seen.found);
    assert.ok(seen.cancelled > 4, `${seen.cancelled} cancelled of ${seen.found}`);
    assert.equal(seen.inFlight, 0);
    await nothingLeft();
  });

  test('stays within its origin, also behind a redirect', async () => {
    const other = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<a href="/site/">not followed</a>');
    });
    await new Promise((resolve) => other.listen(0, '127.0.0.1', () => resolve(undefined)));
    const { port } = /** @type {import('node:net').AddressInfo} */ (other.address());
    const here = createServer((request, response) => {
      if (request.url === '/') {
        response.writeHead(200, { 'content-type': 'text/html' });
        response.end(
          `<a href="/away"></a><a href="http://127.0.0.1:${port}/">other</a><a href="//127.0.0.1:${port}/">it</a>`,
        );
      } else {
        response.writeHead(302, { location: `http://127.0.0.1:${port}/` });
        response.end();
      }
    });
    await new Promise((resolve) => here.listen(0, '127.0.0.1', () => resolve(undefined)));
    const address = /** @type {import('node:net').AddressInfo} */ (here.address());
    const { seen } = await run(`http://127.0.0.1:${address.port}/`);
    assert.deepEqual(
      [...seen.tasks.values()].map(({ url, state }) => [new URL(url).pathname, state]),
      [
        ['/', 'done'],
        ['/away', 'done'],
      ],
    );
    for (const closing of [here, other]) {
      closing.closeAllConnections();
      closing.close();
    }
  });

  test('refuses what makes no sense', async () => {
    for (const [options, why] of /** @type {const} */ ([
      [{ url: 'mailto:keeper@x.invalid' }, /no address to start from/],
      [{ url: '' }, /no address to start from/],
      [{ limit: 0 }, /limit > 0/],
      [{ depth: -1 }, /limit > 0/],
      [{ timeout: 0 }, /limit > 0/],
      [{ timeout: NaN }, /limit > 0/],
      [{ retries: -1 }, /limit > 0/],
    ]))
      await assert.rejects(run('/site/', options), why);
    const { seen } = await run('http://127.0.0.1:9/', { retries: 1, timeout: 60 });
    assert.deepEqual(
      [...seen.tasks.values()].map(({ state, reason }) => [state, reason]),
      [['failed', NETWORK]],
    );
  });

  test('a listener that throws does not stop it', async () => {
    const { result } = await run('/site/', { depth: 1 }, () => {
      throw new Error('listener');
    });
    assert.ok(result.pages > 5, `${result.pages} pages`);
  });
});
