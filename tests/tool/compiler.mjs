// The embedded compiler of one process for others, which the tests of the tool start (borrowed.mjs): one of their own would take each a
// second of processor time to be there, and as much to be warm.
// It must not know what is compiled. Frames: four bytes of length, then what structured clone makes of a command or an answer.

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** @import { Command } from '../../wasm/toolchain/clang-process.mjs' */

/** @param {import('node:net').Socket} socket @param {unknown} value */
export function send(socket, value) {
  const bytes = serialize(value);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(bytes.length);
  socket.write(size);
  socket.write(bytes);
}

/** @param {import('node:net').Socket} socket @param {(value: any) => void} hear */
export function receive(socket, hear) {
  let had = Buffer.alloc(0);
  /** @type {Buffer[]} */
  let came = [];
  let size = 0;
  let wanted = 4;
  socket.on('data', (bytes) => {
    came.push(bytes);
    size += bytes.length;
    while (size >= wanted) {
      had = Buffer.concat(came);
      const end = 4 + had.readUInt32LE();
      wanted = end;
      if (size < end) break;
      hear(deserialize(had.subarray(4, end)));
      came = [had.subarray(end)];
      size -= end;
      wanted = 4;
    }
  });
}

/**
 * Offers this process's compiler. Gives what the environment of others must have besides.
 * @param {typeof import('../../wasm/toolchain/clang.mjs').run} run
 */
export async function serve(run) {
  const folder = mkdtempSync(join(tmpdir(), 'cawait-compiler-'));
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\${folder.replace(/\W/g, '-')}` : join(folder, 'socket');
  const server = createServer((socket) => {
    socket.on('error', () => {}); // whoever asked has been ended
    receive(socket, async (/** @type {Command} */ { id, args, files, output, beside }) => {
      const answer = await run(args, files, output, beside).catch((/** @type {Error} */ error) => ({ error }));
      if (!socket.destroyed) send(socket, 'error' in answer ? { id, error: answer.error } : { id, answer });
    });
  });
  await new Promise((resolve) => server.listen(path, () => resolve(null)));
  return {
    env: { CAWAIT_TESTS_COMPILER: path },
    close() {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
