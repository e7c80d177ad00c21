// Random conversations with the servers of server.c and server.py, and what becomes of them: the same seed, the same conversation.
// Its steps are by count, never by time: before a connection is reset, or something is sent that ends it, all answers are waited for, so that
// the server is at rest, and what it finds is the same each time.
// It must not know which server it talks to.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';

/** @typedef {{ do: 'send' | 'stall', bytes: Buffer } | { do: 'answers', count: number } | { do: 'half' | 'close' | 'reset' | 'read' }} Step
 *     stall: sends without reading; answers: until there are so many bytes of them, in all; read: until the server closes
 * @typedef {{ server: number, steps: Step[], answer: Buffer }} Conversation  answer: all that the server must send */

const LIMIT = 1024;
const SERVERS = ['echo', 'line', 'frame', 'part'];

/** Numbers from a seed. @param {number} seed */
function numbers(seed) {
  let state = seed >>> 0;
  /** Below n. @param {number} n */
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n);
  };
}

/** Bytes that are no end of a line. @param {(n: number) => number} random @param {number} size */
function noise(random, size) {
  const bytes = Buffer.alloc(size);
  let word = random(2 ** 32);
  for (let at = 0; at < size; at++) {
    word = (Math.imul(word, 1103515245) + 12345) >>> 0;
    bytes[at] = 32 + ((word >>> 16) % 200);
  }
  return bytes;
}

/** A conversation. @param {number} seed  @returns {Conversation} */
export function conversation(seed) {
  const random = numbers(seed);
  const server = random(4);
  /** @type {Step[]} */
  const steps = [];
  /** @type {Buffer[]} */
  const answers = [];
  const answered = () => answers.reduce((sum, { length }) => sum + length, 0);
  const settle = () => void steps.push({ do: 'answers', count: answered() });
  /** In pieces. @param {Buffer} bytes */
  const send = (bytes) => {
    for (let at = 0; at < bytes.length;) {
      const size = random(3) ? bytes.length - at : 1 + random(bytes.length - at);
      steps.push({ do: 'send', bytes: bytes.subarray(at, at + size) });
      at += size;
    }
  };
  const sizes = [0, 1, 2, 10, 100, LIMIT - 2, LIMIT - 1];
  const size = (/** @type {number} */ most) =>
    Math.min(most, random(2) ? random(200) : (sizes[random(sizes.length)] ?? 0));
  let over = false; // the server has ended it
  for (let left = random(8); left > 0 && !over; left--) {
    if (!random(4)) settle();
    if (server === 0) {
      const stalls = !random(12);
      const bytes = noise(random, stalls ? 300_000 + random(1_500_000) : 1 + random(random(8) ? 3000 : 200_000));
      answers.push(bytes);
      if (stalls) steps.push({ do: 'stall', bytes });
      else send(bytes);
    } else if (server === 1) {
      if (!random(12)) {
        settle();
        send(Buffer.concat([noise(random, LIMIT + 1 + random(3000)), Buffer.from(random(2) ? '\n' : '')]));
        over = true;
      } else {
        const line = Buffer.concat([noise(random, size(LIMIT - 1)), Buffer.from('\n')]);
        answers.push(Buffer.from(`${line.length} `), line);
        send(line);
      }
    } else if (server === 2) {
      const body = noise(random, !random(10) ? 0 : 1 + random(random(6) ? 500 : 65_000));
      if (body.length === 0) settle();
      answers.push(body);
      send(Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body]));
      over = body.length === 0;
    } else {
      const text = Buffer.concat([noise(random, size(LIMIT)), Buffer.from('\r\n\r\n')]);
      answers.push(Buffer.from(`${text.length};`));
      send(text);
    }
  }
  if (over) return { server, steps: [...steps, { do: 'read' }], answer: Buffer.concat(answers) };
  // Then it is in the middle of something, or not.
  if (server === 3 && random(2)) {
    const rest = noise(random, LIMIT + 1 + random(5000));
    send(rest);
    answers.push(Buffer.from(`rest ${rest.length}`));
    steps.push({ do: 'half' }, { do: 'read' });
    return { server, steps, answer: Buffer.concat(answers) };
  }
  const end = random(4);
  if (server !== 0 && !random(3)) {
    if (end > 1) settle();
    const rest = noise(random, 1 + random(50));
    const head = server === 2 ? Buffer.from([1, 0]) : Buffer.alloc(0);
    send(Buffer.concat([head, rest]));
    if (server === 1 && end < 2) answers.push(Buffer.from(`${rest.length} `), rest);
  } else if (end > 1) settle();
  if (end < 2) steps.push({ do: 'half' }, { do: 'read' });
  else steps.push({ do: end === 2 && server !== 1 ? 'close' : 'reset' });
  return { server, steps, answer: Buffer.concat(answers) };
}

/**
 * Has it; what came, and how it ended, as a line.
 * @param {Conversation} conversation @param {number[]} ports @param {() => Promise<string>} next  what the server says next of how one has ended
 */
export async function talk({ server, steps, answer }, ports, next) {
  const socket = connect({ port: ports[server] ?? 0, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  const hash = createHash('sha1');
  let count = 0;
  let end = '';
  let wake = () => {};
  socket.on('data', (bytes) => void (hash.update(bytes), (count += bytes.length), wake()));
  socket.on('end', () => void ((end ||= 'end'), wake()));
  socket.on('error', (/** @type {NodeJS.ErrnoException} */ { code }) => void ((end ||= `${code}`), wake()));
  /** @param {() => boolean} condition */
  const until = async (condition) => {
    while (!condition()) await new Promise((resolve) => void (wake = () => resolve(undefined)));
  };
  const written = (/** @type {Buffer} */ bytes) =>
    new Promise((resolve) => void socket.write(bytes, () => resolve(undefined)));
  await once(socket, 'connect');
  let ours = false;
  for (const step of steps) {
    if (step.do === 'send') await written(step.bytes);
    else if (step.do === 'stall') {
      socket.pause();
      await written(step.bytes.subarray(0, 65_536)); // that much a server takes that cannot get rid of it
      socket.write(step.bytes.subarray(65_536));
      socket.resume();
    } else if (step.do === 'answers') await until(() => count >= step.count || end !== '');
    else if (step.do === 'half') socket.end();
    else if (step.do === 'read') await until(() => end !== '');
    else {
      ours = true;
      if (step.do === 'reset') socket.resetAndDestroy();
      else socket.destroy();
    }
  }
  const told = await next();
  socket.destroy();
  const right = ours || count === answer.length ? '' : ` (not ${answer.length})`;
  // A server that closes while there is something to read resets the connection.
  const gone = ours ? 'left' : end === 'ECONNRESET' || end === 'EPIPE' ? 'end' : end;
  return `${SERVERS[server]}: ${count}${right} bytes ${hash.digest('hex').slice(0, 12)}, ${gone}; ${told}`;
}
