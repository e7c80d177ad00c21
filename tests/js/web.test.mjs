// The web demo without a browser and without wasm: the server's manners, the site's constancy, and what events add up to.
// How the pages look and behave is the business of tests/browser/crawler.mjs and gallery.mjs.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { Crawl, NETWORK, TIMED_OUT, duration } from '../../web/crawler/events.mjs';
import { startServer } from '../../web/crawler/server.mjs';
import { pages } from '../../web/crawler/site.mjs';
import { table } from '../../web/crawler/terminal.mjs';
import { Trace } from '../../web/gallery/run.mjs';
import { tokens } from '../../web/ui/source.js';

/** A request whose path is sent as it stands, which fetch would tidy up. @param {string} base @param {string} path @param {string} [method] */
function raw(base, path, method = 'GET') {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: new URL(base).port, path, method }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('the server', () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());
  const get = (/** @type {string} */ path) => fetch(new URL(path, server.url), { redirect: 'manual' });

  test('serves the pages and their modules by type, under the strict policy', async () => {
    for (const [path, type] of [
      ['/', 'text/html'],
      ['/gallery.html', 'text/html'],
      ['/crawler.html', 'text/html'],
      ['/mandelbrot.html', 'text/html'],
      ['/service/index.html', 'text/html'],
      ['/style.css', 'text/css'],
      ['/ui/crawler.js', 'text/javascript'],
      ['/gallery/run.mjs', 'text/javascript'],
      ['/crawler/events.mjs', 'text/javascript'],
      ['/favicon.svg', 'image/svg+xml'],
    ]) {
      const response = await get(path);
      assert.equal(response.status, 200, path);
      assert.ok(response.headers.get('content-type')?.startsWith(type), path);
      const policy = response.headers.get('content-security-policy') ?? '';
      assert.match(policy, /default-src 'self'; script-src 'self' 'wasm-unsafe-eval';/);
      assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'/);
      await response.arrayBuffer();
    }
  });

  test("resolves the package's name for the page, as a bundler would", async () => {
    const text = await (await get('/crawler/crawl.mjs')).text();
    assert.match(text, /from '\/cawait\/index\.js'/);
    assert.doesNotMatch(text, /from 'cawait'/);
  });

  test('leaves its folders to nobody', async () => {
    for (const path of [
      '/../package.json',
      '/..%2fpackage.json',
      '/%2e%2e/package.json',
      '/ui/../../src/loop/loop.c',
      '/..%2fsrc%2floop.c',
      '/cawait/..%2f..%2fweb%2fstyle.css',
      '//etc/passwd.c',
      '/style.css%00.js',
      '/tsconfig.json',
      '/%',
      '/ui',
    ]) {
      assert.equal(await raw(server.url, path), 404, path);
    }
    assert.equal(await raw(server.url, 'http://['), 400);
    assert.equal(await raw(server.url, '/', 'POST'), 405);
    assert.equal(await raw(server.url, '/', 'HEAD'), 200);
  });

  test('fails flaky pages anew for each run', async () => {
    for (const run of ['one', 'two']) {
      const statuses = [];
      for (let i = 0; i < 4; i++) statuses.push((await get(`/site/odd/flakier?run=${run}&throttle=0`)).status);
      assert.deepEqual(statuses, [503, 503, 200, 200]);
    }
  });

  test('redirects, keeping the run and the throttle', async () => {
    const response = await get('/site/odd/moved?run=r&throttle=0');
    assert.equal(response.status, 301);
    assert.equal(response.headers.get('location'), '/site/odd/moved-again?run=r&throttle=0');
    const arrived = await fetch(new URL('/site/odd/moved?run=r&throttle=0', server.url));
    assert.equal(arrived.url, new URL('/site/odd/arrived?run=r&throttle=0', server.url).href);
    await assert.rejects(fetch(new URL('/site/odd/round?throttle=0', server.url)), TypeError);
  });

  test('drops a connection in the middle of a body, after some of it', async () => {
    const response = await get('/site/odd/dropped?throttle=0');
    assert.equal(response.status, 200);
    await assert.rejects(response.text(), TypeError);
  });

  test('answers wrong UTF-8, bytes that are no text, and some megabytes in pieces', async () => {
    const latin1 = new Uint8Array(await (await get('/site/odd/latin1?throttle=0')).arrayBuffer());
    assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(latin1), TypeError);
    const picture = await get('/site/odd/picture.png?throttle=0');
    assert.equal(picture.headers.get('content-type'), 'image/png');
    assert.equal((await picture.arrayBuffer()).byteLength, 48000);
    const huge = await get('/site/odd/huge?throttle=0');
    assert.equal(huge.headers.get('content-length'), null);
    const text = await huge.text();
    assert.ok(text.length > 3 << 20);
    assert.match(text.slice(-200), /last-line/);
  });
});

test('the server closes at once, though a visitor waits for a page that never answers', async () => {
  const server = await startServer();
  const waiting = fetch(`${server.url}site/odd/silent?throttle=0`);
  waiting.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 50));
  await server.close();
  await assert.rejects(waiting);
});

test('two servers give the same bytes, and every link within the site leads somewhere', async () => {
  const servers = [await startServer(), await startServer()];
  const odd = new Set(['silent', 'drop', 'redirect', 'flaky', 'huge', 'drip']);
  const targets = new Set();
  let count = 0;
  for (const page of pages.values()) {
    if (page.kind === 'html') count++;
    if (odd.has(page.kind)) continue;
    const [one, two] = await Promise.all(
      servers.map(async ({ url }) => Buffer.from(await (await fetch(withThrottle(url, page.path))).arrayBuffer())),
    );
    assert.ok(one.equals(two), page.path);
    for (const link of page.links) if (!link.includes(':')) targets.add(new URL(link, `http://x${page.path}`).pathname);
  }
  targets.delete('/site/odd/missing');
  for (const target of targets) assert.ok(pages.has(target), target);
  assert.ok(count >= 60, `${count} ordinary pages`);
  await Promise.all(servers.map((server) => server.close()));
});

/** @param {string} base @param {string} path */
function withThrottle(base, path) {
  const url = new URL(path, base);
  url.searchParams.set('throttle', '0');
  return url;
}

describe('a crawl', () => {
  const URL_A = 'http://127.0.0.1:1/site/a?run=1';
  const URL_B = 'http://127.0.0.1:1/site/b?x=1&run=1';

  function finished() {
    const crawl = new Crawl();
    crawl.take(100, 1, 'queued', URL_A, 0);
    crawl.take(100, 1, 'waiting', URL_A, 0);
    crawl.take(100, 1, 'fetching', URL_A, 1);
    crawl.take(100.5, 1, 'retrying', URL_A, 503);
    crawl.take(100.5, 2, 'queued', URL_B, 1);
    crawl.take(100.5, 2, 'waiting', URL_B, 0);
    crawl.take(100.6, 1, 'waiting', URL_A, 0);
    crawl.take(100.6, 1, 'fetching', URL_A, 2);
    crawl.take(100.7, 2, 'fetching', URL_B, 1);
    crawl.take(101, 1, 'done', URL_A, 1500);
    crawl.take(102, 2, 'failed', URL_B, TIMED_OUT);
    return crawl;
  }

  test('adds its events up', () => {
    const { tasks, done, failed, bytes, retries, inFlight, mostInFlight, elapsed, errors } = finished();
    assert.deepEqual([done, failed, bytes, retries, inFlight, mostInFlight, elapsed], [1, 1, 1500, 1, 0, 2, 2]);
    assert.deepEqual([...errors], [['timed out', 1]]);
    const first = tasks.get(1);
    assert.deepEqual(
      first?.spans.map((span) => span.kind),
      ['waiting', 'failed', 'retrying', 'waiting', 'done'],
    );
    assert.equal(first && duration(first, 2), 1);
  });

  test('closes what a cancellation cuts off', () => {
    const crawl = new Crawl();
    crawl.take(0, 1, 'queued', URL_A, 0);
    crawl.take(0, 1, 'fetching', URL_A, 1);
    const task = crawl.take(1, 1, 'cancelled', URL_A, 0);
    assert.deepEqual(task.spans, [{ kind: 'cancelled', start: 0, end: 1 }]);
    assert.deepEqual([crawl.inFlight, crawl.cancelled, crawl.failed], [0, 1, 0]);
  });

  test('refuses an event that it does not know', () => {
    assert.throws(() => new Crawl().take(0, 1, /** @type {any} */ ('exploded'), URL_A, 0), /no event "exploded"/);
  });

  test('is a table in the terminal', () => {
    const crawl = finished();
    crawl.take(102, 3, 'queued', URL_A, 0);
    crawl.take(102, 3, 'failed', URL_A, NETWORK);
    const lines = table(crawl, false).split('\n');
    assert.match(lines[2], /^\/a +ok +1\.5 kB +1\.00 s +2$/);
    assert.match(lines[3], /^\/b\?x=1 +timed out +1\.30 s +1$/);
    assert.ok(lines.includes('errors     2 (1 timed out, 1 network error)'));
    assert.ok(lines.includes('in flight  2 at most'));
  });
});

describe('what a lesson says while it runs', () => {
  /** @param {Parameters<Trace['take']>[]} events */
  function take(...events) {
    const trace = new Trace();
    for (const event of events) trace.take(...event);
    return trace;
  }
  const spans = (/** @type {Trace} */ { tasks: [task] }) =>
    task.spans.map(({ kind, start, end, from, to }) => [kind, start, end, from, to]);

  test('adds up to spans in seconds from the first event on, and in steps', () => {
    const trace = take(
      [7, 'made', 16, 'visit Task-2'],
      [7, 'runs', 16, ''],
      [8, 'waits', 16, 'a sleep in visit'],
      [9, 'made', 32, 'other two words'],
      [9, 'runs', 32, ''],
      [9, 'cancelled', 32, ''],
      [10, 'runs', 16, ''],
      [12, 'failed', 16, 'ValueError: no'],
    );
    assert.deepEqual(
      trace.tasks.map(({ coroutine, name, state, reason }) => [coroutine, name, state, reason]),
      [
        ['visit', 'Task-2', 'failed', 'ValueError: no'],
        ['other', 'two words', 'cancelled', ''],
      ],
    );
    assert.deepEqual(spans(trace), [
      ['waiting', 0, 0, 0, 0],
      ['running', 0, 1, 0, 1],
      ['waiting', 1, 3, 1, 2],
      ['failed', 3, 5, 2, 3],
    ]);
    assert.equal(trace.tasks[0].spans[2].note, 'waits for a sleep in visit');
    assert.equal(trace.elapsed, 5);
    assert.equal(trace.steps, 3);
  });

  test('a task that is cancelled before its first step ends without one', () => {
    const trace = take([0, 'made', 16, 'body bad'], [2, 'cancelled', 16, '']);
    assert.deepEqual(spans(trace), [
      ['waiting', 0, 2, 0, 0],
      ['cancelled', 2, 2, 0, 0],
    ]);
  });

  test('a line has the time of the event before it; a number may be given to a later task', () => {
    const trace = take(
      [1, 'made', 16, 'a A'],
      [1, 'runs', 16, ''],
      [2, 'done', 16, ''],
      [3, 'made', 16, 'b B'],
      [4, 'prints', 0, ''],
    );
    assert.deepEqual(trace.print('x'), { time: 3, text: 'x', kind: 'out' });
    assert.deepEqual(
      trace.tasks.map((task) => task.state),
      ['done', 'waiting'],
    );
    assert.throws(() => trace.take(5, 'runs', 99, ''), /never made/);
  });
});

test('the source pane colors Python, too', () => {
  const source = `async def f():\n    async with a, b:  # 'x\n        await asyncio.sleep(0.5)\n    print(f"it's {x}")\n`;
  const pieces = tokens(source, 'py');
  assert.equal(pieces.map((piece) => piece.text).join(''), source);
  const kinds = Object.fromEntries(pieces.filter((piece) => piece.kind).map((piece) => [piece.text, piece.kind]));
  assert.equal(kinds['async with'], 'macro');
  assert.equal(kinds['await'], 'macro');
  assert.equal(kinds['def'], 'keyword');
  assert.equal(kinds['asyncio.sleep'], 'call');
  assert.equal(kinds["# 'x"], 'comment');
  assert.equal(kinds['f"it\'s {x}"'], 'string');
});

test('the source pane colors C without changing a character of it', () => {
  const source =
    '#include <a.h>\n/* x\n y */ int f(void) { return CAW_AWAIT(caw_sleep(0.5)); } // "z\nchar *s = "a\\"b" "open\n';
  const pieces = tokens(source);
  assert.equal(pieces.map((piece) => piece.text).join(''), source);
  const kinds = Object.fromEntries(pieces.filter((piece) => piece.kind).map((piece) => [piece.text, piece.kind]));
  assert.equal(kinds['CAW_AWAIT'], 'macro');
  assert.equal(kinds['caw_sleep'], 'call');
  assert.equal(kinds['/* x\n y */'], 'comment');
  assert.equal(kinds['// "z'], 'comment');
  assert.equal(kinds['"a\\"b"'], 'string');
  assert.equal(kinds['<a.h>'], 'string');
});
