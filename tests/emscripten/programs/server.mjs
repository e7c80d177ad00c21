// What gzip.js fetches: texts, a body that breaks off, one without end, and how much of that was taken.
// It must not know who asks.

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const TEXT = Array.from({ length: 20_000 }, (_, n) => `line ${n}, ${n ** 2 % 97}\n`).join('');
/** Longer than what deflate looks back, so that it cannot be packed. */
const BLOCK = randomBytes(2 ** 16);

/** The address, and how to end it. */
export async function server() {
  let sent = 0;
  let open = false;
  const closing = createServer(({ url = '/' }, response) => {
    response.setHeader('access-control-allow-origin', '*');
    if (url === '/text') response.end(TEXT);
    else if (url === '/empty') response.end();
    else if (url === '/broken') response.write(TEXT, () => response.destroy());
    else if (url === '/endless/state') response.end(JSON.stringify({ sent, open }));
    else if (url === '/endless') {
      [sent, open] = [0, true];
      const more = () => {
        for (let room = true; open && room; sent += BLOCK.length) room = response.write(BLOCK);
      };
      response.on('drain', more).on('close', () => (open = false));
      more();
    } else response.writeHead(404).end();
  });
  await new Promise((listening) => closing.listen(0, '127.0.0.1', () => listening(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (closing.address());
  return { origin: `http://127.0.0.1:${port}`, close: () => (closing.closeAllConnections(), closing.close()) };
}
