// A service under `wasmtime serve`, in each version that is there. Run by the wasip3 leg, with CAWAIT_JCO.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request as send } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { command, which } from '../command.mjs';
import { built, serve } from './serve.mjs';

const module = await built('tests/service/service.c');

/** @typedef {{ status: number, headers: import('node:http').IncomingHttpHeaders, trailers: NodeJS.Dict<string>, body: Buffer, text: string, cut: boolean }} Answer */

for (const wasmtime of ['wasmtime', 'wasmtime49'].filter(which))
  describe(wasmtime, () => {
    /** @type {import('./serve.mjs').Server} */
    let server;
    before(async () => void (server = await serve(wasmtime, module)));
    after(() => server.stop());

    /**
     * @param {string} path
     * @param {{ method?: string, headers?: Record<string, string | string[]>, body?: string | Buffer, agent?: Agent, write?: (out: import('node:http').ClientRequest) => void }} [init]
     * @returns {Promise<Answer>}
     */
    async function ask(path, { method, headers, body, agent, write } = {}) {
      const out = send(`${server.url}${path}`, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        ...(headers ? { headers } : {}),
        ...(agent ? { agent } : {}),
      });
      if (write) write(out);
      else out.end(body);
      const [response] = await once(out, 'response').catch(() => [null]);
      if (!response) return { status: 0, headers: {}, trailers: {}, body: Buffer.of(), text: '', cut: true };
      /** @type {Buffer[]} */
      const parts = [];
      let cut = false;
      try {
        for await (const part of response) parts.push(part);
      } catch {
        cut = true;
      }
      const bytes = Buffer.concat(parts);
      const { statusCode: status, trailers } = response;
      return { status, headers: response.headers, trailers, body: bytes, text: String(bytes), cut };
    }

    /** What raw bytes are answered with, as far as it comes. @param {string} bytes */
    async function raw(bytes) {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      socket.end(bytes);
      let text = '';
      for await (const part of socket) text += part;
      return text;
    }

    test('a request and its response', async () => {
      const { status, headers, text } = await ask('/hello?a&name=W%C3%B6rld+%41%4g&name=no');
      assert.deepEqual([status, text], [200, 'hello Wörld A%4g']);
      assert.equal(headers['content-type'], 'text/plain;charset=UTF-8');
      assert.equal(headers['content-length'], '17');
      assert.equal((await ask('/came?x=1', { method: 'DELETE' })).text, 'DELETE http://localhost/came?x=1 /came');
      assert.equal((await ask('/came', { method: 'PURGE' })).text, 'PURGE http://localhost/came /came');
      const head = await ask('/plain', { method: 'HEAD' });
      assert.deepEqual([head.status, head.text, head.headers['content-length']], [200, '', '5']);
    });

    test('bytes, types, cookies and text', async () => {
      const body = Buffer.from(Uint8Array.from({ length: 1000 }, (_, n) => n % 256));
      const typed = await ask('/echo', { body, headers: { 'content-type': 'x/y' } });
      assert.deepEqual([typed.status, typed.headers['content-type']], [201, 'x/y']);
      assert.deepEqual(typed.headers['set-cookie'], ['a=1', 'b=2']);
      assert.deepEqual(typed.body, body);
      assert.equal((await ask('/echo', { body })).headers['content-type'], undefined);
      const text = await ask('/text', { body: 'grüße' });
      assert.deepEqual([text.text, text.headers['content-type']], ['grüße', 'text/x']);
      const wrong = Buffer.from([
        0xef, 0xbb, 0xbf, 0x61, 0xff, 0xe2, 0x82, 0x62, 0xed, 0xa0, 0x80, 0xf0, 0x9f, 0x98, 0x80, 0xc3,
      ]);
      assert.equal((await ask('/text', { body: wrong })).text, new TextDecoder().decode(wrong));
      assert.equal((await ask('/echo', { method: 'POST' })).text, '');
    });

    test('all headers of a request', async () => {
      const headers = { 'X-B': '1', 'x-a': ['2', '3'], 'x-empty': '' };
      const { text } = await ask('/headers', { headers });
      assert.match(text, /(^|;)x-a=2, 3;x-b=1;x-empty=;/);
    });

    test('an upload is read while it comes; what follows it', async () => {
      const body = Buffer.alloc(5_000_000, 'x');
      assert.equal((await ask('/upload', { body })).text, '5000000 bytes in pieces, x-sum: none');
      assert.equal((await ask('/upload', { method: 'POST' })).text, '0 bytes in one piece, x-sum: none');
      const { text } = await ask('/upload', {
        method: 'POST',
        headers: { 'transfer-encoding': 'chunked', trailer: 'x-sum' },
        write(out) {
          out.addTrailers({ 'x-sum': '4' });
          out.end('body');
        },
      });
      assert.equal(text, '4 bytes in one piece, x-sum: 4');
    });

    test('a body of C is made as it is taken, and followed by trailers', async () => {
      const { text, headers } = await ask('/stream?n=64&size=65536');
      assert.equal(text.length, 64 * 65536);
      assert.equal(headers['content-type'], 'text/x');
      assert.equal((await ask('/stream?n=1000&size=1')).text.length, 1000);
      assert.equal((await ask('/stream?n=0&size=1')).text, '');
      const { trailers, text: body } = await ask('/trailers', { headers: { te: 'trailers' } });
      assert.deepEqual([body, { ...trailers }], ['body', { 'x-sum': '4' }]);
      await server.said(/late trailers: 1/);
    });

    test('a client that does not read makes nobody wait, and no memory grow', async () => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      socket.write('GET /stream?n=1000&size=65536 HTTP/1.1\r\nhost: x\r\n\r\n');
      await once(socket, 'readable');
      for (let n = 0; n < 50; n++) assert.equal((await ask('/plain')).text, 'hello');
      const [, bytes = ''] = /^(\d+) bytes/.exec((await ask('/stats')).text) ?? [];
      assert.ok(Number(bytes) < 512 * 1024, `${bytes} bytes are kept`);
      socket.destroy();
    });

    test('a client that goes breaks the writer', async () => {
      const own = await serve(wasmtime, module); // of one instance
      const socket = connect(Number(new URL(own.url).port), '127.0.0.1');
      socket.write('GET /stream?n=1000&size=65536 HTTP/1.1\r\nhost: x\r\n\r\n');
      await once(socket, 'readable');
      socket.destroy();
      let text = '';
      for (let n = 0; n < 500 && !/1 broken/.test(text); n++) text = await (await fetch(`${own.url}/stats`)).text();
      assert.match(text, /1 broken/);
      await own.stop();
    });

    test('a length that is not kept is told, and the client sees that the body is cut', async () => {
      assert.equal((await ask('/of-ten?n=1&size=10')).text, 'xxxxxxxxxx');
      const short = await ask('/of-ten?n=1&size=3');
      assert.ok(short.cut);
      await server.said(/ValueError: the body is 7 bytes shorter than its content-length/);
      const long = await ask('/of-ten?n=3&size=4');
      assert.ok(long.cut);
      await server.said(/ValueError: the body is longer than its content-length/);
      const aborted = await ask('/abort');
      assert.deepEqual([aborted.text, aborted.cut], ['begun', true]);
    });

    for (const [path, why] of /** @type {const} */ ([
      ['/fail', /ValueError: on purpose/],
      ['/cancels-itself', /CancelledError: by itself/],
      ['/nothing', /TypeError: the handler returned NULL/],
      ['/line-end', /ValueError: the header 'x' has line ends/],
      ['/bad-name', /ValueError: 'x y' is no name of a header/],
      ['/no-value', /ValueError: the header 'x' has no value/],
      ['/bad-type', /ValueError: a content-type has no line ends/],
      ['/bad-length', /ValueError: '1x' is no content-length/],
      ['/other-length', /ValueError: the body has 4 bytes, its content-length says 5/],
      ['/hop', /TypeError: the host takes no header 'connection'/],
      ['/204-body', /ValueError: a response of status 204 has no body/],
      ['/204-stream', /ValueError: a response of status 204 has no body/],
      ['/1000', /ValueError: a response has a status from 200 to 599/],
      ['/twice', /TypeError: the body was read already/],
    ]))
      test(`${path}: a response of 500 and a report`, async () => {
        const { status, text } = await ask(path, path === '/twice' ? { body: 'x' } : {});
        assert.deepEqual([status, text], [500, 'Internal Server Error\n']);
        await server.said(why);
        assert.equal((await ask('/204')).status, 204);
      });

    test('another server’s response is passed on', async () => {
      const url = encodeURIComponent(`${server.url}/stream?n=64&size=65536`);
      const { status, headers, text } = await ask(`/proxy?url=${url}`);
      assert.deepEqual([status, headers['content-type'], text.length], [200, 'text/x', 64 * 65536]);
    });

    test('a service that opens files is given WASI 0.2 besides', async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'cawait-service-'));
      t.after(() => rmSync(folder, { recursive: true }));
      const own = await serve(wasmtime, await built('tests/service/file.c'), ['-S', 'cli', '--dir', `${folder}::/`]);
      assert.equal(await (await fetch(own.url)).text(), 'written');
      assert.equal(readFileSync(join(folder, 'written.txt'), 'utf8'), 'by a service\n');
      await own.said(/it is written/);
      await own.stop();
    });

    test('what is made and never given is nobody’s', async () => {
      assert.equal((await ask('/never-given')).text, 'another');
    });

    test('a response is given once', async () => {
      const own = await serve(wasmtime, module);
      const answers = [];
      for (let n = 0; n < 2; n++) answers.push((await fetch(`${own.url}/again`)).status);
      assert.deepEqual(answers, [200, 500]);
      await own.said(/TypeError: the handler returned a response that was given or read before/);
      await own.stop();
    });

    test('bytes that are no HTTP, or not as many as they say', async () => {
      assert.match(await raw('nonsense\r\n\r\n'), /^HTTP\/1.1 400 /);
      assert.match(await raw('GET /plain HTTP/1.1\r\nhost: x\r\na b: c\r\n\r\n'), /^HTTP\/1.1 400 /);
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      socket.end('POST /upload HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nfour');
      await once(socket.resume(), 'close');
      await server.said(/the CAW_HTTP_HANDLER failed[^]*OSError/);
      // Of no path, which is one to the web.
      const star = await raw('OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\nnonsense\r\n\r\n');
      assert.match(star, /^HTTP\/1.1 200 [^]*OPTIONS http:\/\/[^/]+\/\* \/\*/);
      const more = await raw('POST /text HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nab nonsense\r\n\r\n');
      assert.match(more, /^HTTP\/1.1 200 [^]*\r\n\r\nabHTTP\/1.1 400 /);
    });

    test('a handler that traps ends the calls of its instance, and no others', async () => {
      const own = await serve(wasmtime, module, ['--max-instance-concurrent-reuse-count', '1']);
      assert.equal((await fetch(`${own.url}/trap`)).status, 500);
      assert.equal(await (await fetch(`${own.url}/plain`)).text(), 'hello');
      await own.stop();
    });

    test('many at once, on few instances, leave nothing behind', async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 32 });
      const texts = await Promise.all(Array.from({ length: 400 }, (_, n) => ask(`/hello?name=${n}`, { agent })));
      assert.deepEqual(
        texts.map(({ text }) => text),
        texts.map((_, n) => `hello ${n}`),
      );
      const waits = await Promise.all(Array.from({ length: 64 }, (_, n) => ask(`/wait?ms=${n % 7}`, { agent })));
      assert.ok(waits.every(({ text }) => text === 'waited'));
      agent.destroy();
    });

    test('an instance has nothing alive but its call when others have ended', async () => {
      const own = await serve(wasmtime, module);
      const first = await (await fetch(`${own.url}/stats`)).text();
      for (let round = 0; round < 3; round++) {
        await (await fetch(`${own.url}/hello`)).text();
        await (await fetch(`${own.url}/echo`, { method: 'POST', body: 'x'.repeat(100_000) })).text();
        await (await fetch(`${own.url}/stream?n=3&size=100`)).text();
        await (await fetch(`${own.url}/never-given`)).text();
      }
      let last = '';
      for (let n = 0; n < 100 && (n === 0 || last !== first.replace('0 broken', '3 broken')); n++)
        last = await (await fetch(`${own.url}/stats`)).text();
      assert.equal(last, first.replace('0 broken', '3 broken'));
      await own.stop();
    });
  });

test('printing needs no more of wasmtime; what a service imports', async () => {
  const { output } = await command('wasm-tools', ['component', 'wit', module]);
  assert.match(output, /export wasi:http\/handler@0\.3\.0;/);
  assert.doesNotMatch(output, /wasi:(cli|io|filesystem)\/[a-z-]+@0\.2|wasi:cli\/run/);
});
