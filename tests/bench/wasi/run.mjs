// `npm run bench -- --wasi`: an HTTP hello and a TCP echo, at 1, 16 and 64 in flight, under one wasmtime beside a Rust component, and beside Node
// and CPython natively: requests a second, and processor time of the server for one, as ratios to ours. Rounds of all are interleaved, and
// each one's best counts: on a busy machine that is what it can do. Then how much memory a connection takes that is held open: the growth of
// the server's process for a thousand, each of which has had its answer.
// It must not know who they are (peers.mjs).

import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { which } from '../../command.mjs';
import { peers, start } from './peers.mjs';

const IN_FLIGHT = [1, 16, 64];
const REQUEST = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';
const PING = 'x'.repeat(64);

/** @typedef {import('./peers.mjs').Kind} Kind */

/** Milliseconds of the processor that a process has had; Linux says so. @param {number} pid */
function processor(pid) {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user, system] = fields.split(' ').slice(11, 13).map(Number);
  return 10 * ((user ?? 0) + (system ?? 0));
}

/** One connection, a request after the other until it is time; how many. @param {Kind} kind @param {number} port @param {number} end */
function visit(kind, port, end) {
  return new Promise((resolve, reject) => {
    const question = kind === 'http' ? REQUEST : PING;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write(question));
    let count = 0;
    let text = '';
    socket.on('error', reject).on('data', (part) => {
      text += part;
      if (kind === 'http' ? !text.endsWith('hello') : text.length < PING.length) return;
      if (kind === 'http' && !text.startsWith('HTTP/1.1 200')) return reject(new Error(text));
      count++;
      text = '';
      if (performance.now() < end) return void socket.write(question);
      socket.destroy();
      resolve(count);
    });
  });
}

/** @param {Kind} kind @param {number} port @param {number} width @param {number} seconds  @returns {Promise<number>} */
async function load(kind, port, width, seconds) {
  const end = performance.now() + 1000 * seconds;
  const counts = await Promise.all(Array.from({ length: width }, () => visit(kind, port, end)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Bytes of memory that a process has. @param {number} pid */
const resident = (pid) => 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

/**
 * So many connections that have had an answer, and stay open. Of Rust's the last one may wait for its answer until another comes: what is
 * spawned there runs with the next event.
 * @param {number} port @param {number} count @returns {Promise<import('node:net').Socket[]>}
 */
async function hold(port, count) {
  /** @type {import('node:net').Socket[]} */
  const sockets = [];
  let answered = 0;
  while (sockets.length < count)
    await new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write(PING, resolve));
      socket.on('error', reject).once('data', () => answered++);
      sockets.push(socket);
    });
  while (answered < count - 1) await setImmediate();
  return sockets;
}

/** What a connection costs each server. @param {(import('./peers.mjs').Peer & { port: number, pid: number })[]} all @param {number} count */
async function memory(all, count) {
  console.log(`\n${count} TCP connections held open: bytes of the server's memory for one`);
  for (const { name, port, pid } of all) {
    const before = resident(pid);
    const sockets = await hold(port, count);
    console.log(`${name.padEnd(26)}${Math.round((resident(pid) - before) / count)}`);
    for (const socket of sockets) socket.destroy();
  }
}

/** @param {Kind} kind @param {boolean} quick */
async function compare(kind, quick) {
  const seconds = quick ? 0.1 : 1;
  const all = await Promise.all(
    (await peers(kind, which('wasmtime') ?? 'wasmtime')).map(async (peer) => ({ ...peer, ...(await start(peer)) })),
  );
  try {
    for (const { port } of all) await load(kind, port, 16, seconds / 2);
    const rows = [];
    for (const width of IN_FLIGHT) {
      const best = new Map(all.map(({ name }) => [name, { rate: 0, cost: Infinity }]));
      for (let round = 0; round < (quick ? 1 : 6); round++)
        for (const { name, port, pid } of all) {
          const [before, begun] = [processor(pid), performance.now()];
          const count = await load(kind, port, width, seconds);
          const mine = /** @type {{ rate: number, cost: number }} */ (best.get(name));
          mine.rate = Math.max(mine.rate, (1000 * count) / (performance.now() - begun));
          mine.cost = Math.min(mine.cost, (1000 * (processor(pid) - before)) / count);
        }
      rows.push({ width, best });
    }
    print(kind, all, rows);
    if (kind === 'tcp') await memory(all, quick ? 50 : 1000);
  } finally {
    for (const { stop } of all) stop();
  }
}

/** @param {Kind} kind @param {import('./peers.mjs').Peer[]} all @param {{ width: number, best: Map<string, { rate: number, cost: number }> }[]} rows */
function print(kind, all, rows) {
  console.log(`\n${kind === 'http' ? 'HTTP hello' : 'TCP echo, 64 bytes'}: a second (of ours), processor time for one`);
  console.log(['in flight', ...all.map(({ name }) => name)].map((text) => text.padEnd(26)).join(''));
  for (const { width, best } of rows) {
    const own = best.get('cawait')?.rate ?? 1;
    const cells = [...best.values()].map(
      ({ rate, cost }) => `${rate.toFixed(0)} (${(rate / own).toFixed(2)}), ${cost.toFixed(1)} us`,
    );
    console.log([String(width), ...cells].map((text) => text.padEnd(26)).join(''));
  }
  const sizes = all.filter(({ size }) => size).map(({ name, size }) => `${name} ${size} bytes`);
  console.log(`the components: ${sizes.join(', ')}`);
}

/** @param {boolean} quick */
export async function bench(quick) {
  await compare('http', quick);
  await compare('tcp', quick);
}
