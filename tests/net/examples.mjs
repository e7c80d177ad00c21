// The examples of web/network, as processes, whatever host they are built for: a chat and a proxy, with clients of Node's.
// It must not know the host: a leg hands in the command.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** @typedef {(name: string) => string[] | Promise<string[]>} Start  the command of web/network/NAME.c */

/** Runs it until `use` is done with its port and the lines that it prints. @param {string[]} command @param {(port: number, next: () => Promise<string>) => Promise<void>} use */
async function during([name = '', ...args], use) {
  const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  try {
    const [, port] = /^port (\d+)$/.exec(await next()) ?? [];
    await use(Number(port), next);
  } finally {
    child.kill('SIGKILL');
    await closed;
  }
}

/** A client that reads lines. @param {number} port */
async function client(port) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value ?? 'the end';
  return { socket, next };
}

/** @param {string[]} command */
async function chat(command) {
  /** @type {string[]} */
  const said = [];
  await during(command, async (port, next) => {
    const a = await client(port);
    a.socket.write('ann\n');
    said.push(await a.next());
    const b = await client(port);
    b.socket.write('bob\n');
    said.push(await a.next(), await b.next());
    a.socket.write('hello\nagain\n');
    said.push(await b.next(), await b.next());
    b.socket.write('hi\n');
    said.push(await a.next());
    // One who never reads is dropped; the others are served.
    const slow = connect(port, '127.0.0.1');
    slow.on('error', () => {}).pause();
    slow.write('slow\n');
    said.push(await a.next(), await b.next());
    const much = `${'x'.repeat(30_000)}\n`;
    let dropped = false;
    const told = next().then((line) => {
      dropped = true;
      return line;
    });
    while (!dropped) {
      if (!a.socket.write(much)) await Promise.race([once(a.socket, 'drain'), told]);
      await b.next();
    }
    said.push(await told, await a.next());
    slow.destroy();
    b.socket.destroy();
    said.push(await a.next());
    a.socket.destroy();
  });
  return said.join('\n');
}

const CHAT = `* ann has come
* bob has come
* bob has come
ann: hello
ann: again
bob: hi
* slow has come
* slow has come
slow is dropped: too slow
* slow has gone
* bob has gone`;

/** What comes of asking the proxy: its answer's code, and all that comes behind. @param {number} port @param {number[]} address @param {string} text */
async function ask(port, address, text) {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  /** @type {Buffer[]} */
  const parts = [];
  socket.on('data', (bytes) => void parts.push(bytes));
  socket.write(Buffer.from([5, 1, 0, 5, 1, 0, ...address]));
  socket.end(text);
  await once(socket, 'close');
  const all = Buffer.concat(parts);
  return `${all.subarray(0, 2).toString('hex')} ${all[3]} ${all.subarray(12).toString()}`;
}

/** @param {string[]} command */
async function proxy(command) {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let text = '';
    socket.on('error', () => {}).on('data', (bytes) => void (text += bytes));
    socket.on('end', () => socket.end(`you said ${text.length}`)); // once the other half has ended
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port: to } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const high = [to >> 8, to & 255];
  const name = [...Buffer.from('localhost')];
  /** @type {string[]} */
  const said = [];
  await during(command, async (port) => {
    said.push(await ask(port, [1, 127, 0, 0, 1, ...high], 'x'.repeat(1_000_000)));
    said.push(await ask(port, [3, name.length, ...name, ...high], 'by name'));
    await new Promise((resolve) => server.close(resolve));
    said.push(await ask(port, [1, 127, 0, 0, 1, ...high], 'nobody is there'));
    said.push(await ask(port, [9, 1, 2], 'no such address'));
  });
  return said.join('\n');
}

const PROXY = `0500 0 you said 1000000
0500 0 you said 7
0500 5 
0500 8 `;

/** @param {import('../tally.mjs').Tally} tally @param {Start} start */
export async function examples(tally, start) {
  const chatted = await chat(await start('chat'));
  tally.check('example: a chat, one of whom never reads', chatted === CHAT, chatted);
  const proxied = await proxy(await start('proxy'));
  tally.check('example: a proxy', proxied === PROXY, proxied);
}
