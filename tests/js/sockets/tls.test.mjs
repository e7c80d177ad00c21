// TLS of C over that of Node, Deno and Bun: its servers and clients with each other and with OpenSSL's; what is refused, and why.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { quiet, rejection, start } from '../harness.mjs';

const source = new URL('tls.c', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'cawait-'));
test.after(() => rmSync(folder, { recursive: true }));

/** Whether there is OpenSSL, and what is made with it. @param {string[]} args */
const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
const skip = (() => {
  try {
    openssl('version');
    return false;
  } catch {
    return 'install openssl';
  }
})();

const text = (/** @type {string} */ name) => readFileSync(join(folder, name), 'utf8');
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** An authority, and a server's certificate for localhost and 127.0.0.1. */
const authority = (() => {
  if (skip) return { ca: '', cert: '', key: '', other: '' };
  openssl('req', '-x509', ...KEY, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=test authority');
  openssl('req', '-x509', ...KEY, '-keyout', 'other.key', '-out', 'other.pem', '-days', '2', '-subj', '/CN=another');
  openssl('req', '-new', ...KEY, '-keyout', 'own.key', '-out', 'own.csr', '-subj', '/CN=test server');
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost,DNS:own.example,IP:127.0.0.1\n');
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
  openssl('x509', '-req', '-in', 'own.csr', '-out', 'own.pem', ...signed);
  return { ca: text('ca.pem'), cert: text('own.pem'), key: text('own.key'), other: text('other.key') };
})();
const { ca, cert, key, other } = authority;

test('a server and its clients', { skip }, async () => {
  const { app, x, reports } = await start(source);
  const port = await x.serve(cert, key);
  assert.equal(await x.ask('localhost', port, 'by name\n', ca, ''), 'by name\n');
  assert.equal(await x.ask('127.0.0.1', port, 'by address\n', ca, ''), 'by address\n');
  assert.equal(await x.ask('127.0.0.1', port, 'by another name\n', ca, 'own.example'), 'by another name\n');
  assert.deepEqual(await Promise.all([1, 2, 3].map(() => x.much(port, ca))), [1 << 20, 1 << 20, 1 << 20]);
  await x.stop();
  assert.deepEqual(reports, []);
  quiet(app);
});

test('what is not to be trusted is refused, and why', { skip }, async () => {
  const { app, x } = await start(source);
  const port = await x.serve(cert, key);
  /** @param {Promise<unknown>} call @param {RegExp} why */
  const refused = async (call, why) => {
    const error = await rejection(call);
    assert.match(String(error), /^OSError: Connect call failed 127\.0\.0\.1:\d+: /);
    assert.match(String(error), why);
    assert.equal(/** @type {any} */ (error).errno, 65); // EPROTO of WASI
  };
  await refused(x.ask('127.0.0.1', port, 'x\n', '', ''), /certificate|issuer|self.signed/i);
  await refused(x.ask('127.0.0.1', port, 'x\n', ca, 'wrong.example'), /wrong\.example|altname|match|not valid/i);
  await x.stop();
  const plain = createServer((socket) => {
    socket.on('error', () => {});
    socket.resume().end('this is no TLS, whatever it is; it is longer than a record, too\n');
  });
  await new Promise((resolve) => plain.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port: bare } = /** @type {import('node:net').AddressInfo} */ (plain.address());
  assert.match(String(await rejection(x.ask('127.0.0.1', bare, 'x\n', ca, ''))), /^OSError: Connect call failed /);
  await new Promise((resolve) => plain.close(resolve));
  quiet(app);
});

test('a server serves nobody who does not speak it, and others as before', { skip }, async () => {
  const { app, x, reports } = await start(source);
  const port = await x.serve(cert, key);
  const plain = connect(port, '127.0.0.1');
  plain.on('error', () => {});
  plain.write('GET / HTTP/1.0\r\n\r\n');
  await new Promise((resolve) => plain.on('close', resolve).resume());
  assert.equal(await x.ask('localhost', port, 'still here\n', ca, ''), 'still here\n');
  await x.stop();
  assert.deepEqual(reports, []);
  quiet(app);
});

test('what makes no sense', { skip }, async () => {
  const { app, x } = await start(source);
  const refused = /^OSError: error while attempting to bind on address 127\.0\.0\.1: ./;
  const looks = !('Deno' in globalThis);
  if (looks) assert.match(String(await rejection(x.serve('no certificate', key))), refused);
  if (looks) assert.match(String(await rejection(x.serve(cert, other))), refused);
  assert.match(String(await rejection(x.serve('', ''))), /^ValueError: tls, cert and key are only meaningful together/);
  assert.match(
    String(await rejection(x.without())),
    /^ValueError: server_hostname and ca are only meaningful with tls/,
  );
  quiet(app);
});

test('openssl s_client', { skip }, async () => {
  const { app, x } = await start(source);
  const port = await x.serve(cert, key);
  const flags = [
    '-CAfile',
    'ca.pem',
    '-verify_return_error',
    '-verify_hostname',
    'localhost',
    '-servername',
    'localhost',
  ];
  const child = spawn('openssl', ['s_client', '-quiet', '-connect', `127.0.0.1:${port}`, ...flags], { cwd: folder });
  let out = '';
  const answered = new Promise((resolve) => {
    child.stdout.on('data', (bytes) => {
      out += bytes;
      if (out.endsWith('\n')) resolve(undefined);
    });
    child.on('close', resolve);
  });
  child.stdin.write('hello\n');
  await answered;
  child.kill();
  assert.equal(out, 'hello\n');
  await x.stop();
  quiet(app);
});

test('openssl s_server', { skip }, async () => {
  const { app, x } = await start(source);
  const flags = ['-cert', 'own.pem', '-key', 'own.key', '-rev'];
  const child = spawn('openssl', ['s_server', '-accept', '127.0.0.1:0', ...flags], { cwd: folder });
  let out = '';
  const port = await new Promise((resolve) => {
    child.stdout.on('data', (bytes) => {
      out += bytes;
      const [, number] = /^ACCEPT .*:(\d+)$/m.exec(out) ?? [];
      if (number) resolve(Number(number));
    });
    child.on('close', () => resolve(0));
  });
  assert.ok(port > 0, out);
  assert.equal(await x.ask('127.0.0.1', port, 'hello\n', ca, 'localhost'), 'olleh\n');
  child.kill();
  quiet(app);
});
