// caw_fetch under `wasmtime run`: client.c against servers of Node's, and the crawler. Run by the wasip3 leg, with CAWAIT_JCO.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { after, before, test } from 'node:test';
import { NETWORK, TIMED_OUT } from '../../web/crawler/events.mjs';
import { startServer } from '../../web/crawler/server.mjs';
import { command, which } from '../command.mjs';
import { FATES, place } from '../crawler/fates.mjs';
import { built } from './serve.mjs';

const module = await built('tests/service/client.c');
const crawler = await built('web/crawler/crawl_http.c', ['crawler.c', 'links.c', 'urls.c', 'pages_fetch.c']);

/** @param {import('node:net').Server} server */
async function listening(server) {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
}

/** The first part of a body has gone, the second may; and who has asked for that. @type {(() => void) | undefined} */
let second;
let gone = 0;
/** @type {(() => void)[]} */
let waiting = [];

const server = createServer(async (request, response) => {
  const { pathname, search } = new URL(request.url ?? '/', 'http://h');
  const [what, to] = [pathname, search.slice(1)];
  const lost = () => {
    gone++;
    for (const wait of waiting.splice(0)) wait();
  };
  switch (what) {
    case '/hello': {
      const { headers, method } = request;
      response.setHeader('x-two', ['1', '2']).setHeader('content-type', 'text/plain');
      const said = [`x-mine=${headers['x-mine']}`, `accept=${headers.accept}`, `length=${headers['content-length']}`];
      return void response.end(`${method} ${request.url} ${said.join(' ')}`);
    }
    case '/404':
      return void response.writeHead(404).end(Buffer.from([0x6e, 0xff, 0x6e, 0x65]));
    case '/echo':
      return void request.pipe(response);
    case '/parts':
      response.setHeader('trailer', 'x-sum').write('one');
      await new Promise((resolve) => void (second = () => resolve(undefined)));
      response.addTrailers({ 'x-sum': '6' });
      return void response.end('two');
    case '/next':
      second?.();
      return void response.end('made');
    case '/cut':
      response.writeHead(200, { 'content-length': 100 }).write('begun', () => request.socket.destroy());
      return;
    case '/to':
      return void response.writeHead(302, { location: to.includes(':') ? to : `/${to}` }).end('moved');
    case '/to307':
    case '/to303':
      request.resume();
      return void response.writeHead(Number(what.slice(3)), { location: `/${to}` }).end();
    case '/to-other':
      return void response.writeHead(301, { location: `${other}/who` }).end();
    case '/round':
      return void response.writeHead(302, { location: '/round' }).end();
    case '/who':
      return void response.end(request.headers.authorization ?? 'nobody');
    case '/never':
      return void response.on('close', lost);
    case '/silent':
      return;
    case '/endless':
      response.on('close', lost).write('x'.repeat(1000));
      return;
    case '/gone':
      while (gone < Number(to)) await new Promise((resolve) => void waiting.push(() => resolve(undefined)));
      return void response.end(`${gone} gone`);
    default:
      return void response.writeHead(500).end();
  }
});
const elsewhere = createServer((request, response) => void response.end(request.headers.authorization ?? 'nobody'));
const nonsense = createTcpServer((socket) => void socket.on('error', () => {}).end('nonsense\r\n\r\n'));
const [base, other, odd] = await Promise.all([server, elsewhere, nonsense].map(listening));
const closed = createTcpServer();
const nobody = await listening(closed);
closed.close();

after(() => {
  for (const one of [server, elsewhere]) one.closeAllConnections();
  for (const one of [server, elsewhere, nonsense]) one.close();
});
before(() => assert.ok(which('wasmtime')));

for (const wasmtime of ['wasmtime', 'wasmtime49'].filter(which))
  test(`${wasmtime}: caw_fetch`, async () => {
    gone = 0;
    const env = { BASE: base, NOBODY: nobody, NONSENSE: odd };
    const flags = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    const { status, output } = await command(wasmtime, ['run', '-S', 'http', ...flags, module]);
    assert.equal(status, 0, output);
    assert.doesNotMatch(output, /^not ok/m, output);
    assert.equal(output.match(/^ok/gm)?.length, 65, output);
  });

for (const wasmtime of ['wasmtime', 'wasmtime49'].filter(which))
  test(`${wasmtime}: the crawler, by caw_fetch`, async (t) => {
    const site = await startServer();
    t.after(() => site.close());
    /** On a busy machine a page may take longer that would answer: then all are given more. @type {(seconds: number) => Promise<Map<string, [string, number]>>} */
    const patiently = async (seconds) => {
      const start = `${site.url}site/?run=${wasmtime}${seconds}&throttle=0`;
      const { status, output } = await command(wasmtime, ['run', '-S', 'http', crawler, String(seconds), start]);
      assert.equal(status, 0, output);
      const lines = [...output.matchAll(/^(done|failed) +(-?\d+) {2}(.*)$/gm)];
      const [, done = '', found = ''] = /(\d+) of (\d+) pages/.exec(output) ?? [];
      assert.equal(lines.length, Number(found));
      assert.ok(Number(done) >= 60, output);
      const ends = lines.map(([, end = '', detail, path = '']) => [
        place(new URL(path, site.url).href),
        [end, Number(detail)],
      ]);
      const fates = new Map(/** @type {[string, [string, number]][]} */ (ends));
      const hasty = [...fates].some(([path, [, detail]]) => detail === TIMED_OUT && path !== '/site/odd/silent');
      return hasty ? patiently(seconds * 3) : fates;
    };
    const fates = await patiently(1);
    for (const [path, [state, detail]] of Object.entries(FATES)) {
      const [end, number = NETWORK] = fates.get(path) ?? [];
      assert.equal(end, state, path);
      if (state === 'done') assert.ok(number >= Number(detail), path);
      else assert.equal(number, detail, path);
    }
  });
