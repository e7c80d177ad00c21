// `npm run web`: serves the demo pages and prints where they are. `npm run web -- --port 8080` picks the port.

import { given } from '../wasm/toolchain/options.mjs';
import { startServer } from './crawler/server.mjs';

const USAGE = 'usage: npm run web -- [--port 0..65535]';
const { values } = given({ options: { port: { type: 'string', default: '0' } } }, USAGE);
if (!/^\d+$/.test(values.port) || Number(values.port) > 65535) {
  console.error(`--port must be a number from 0 to 65535, not "${values.port}"\n${USAGE}`);
  process.exit(2);
}
const server = await startServer({ port: Number(values.port) });
console.log(
  `The gallery, the crawler, the Mandelbrot set and the service are at ${server.url}\nCtrl-C stops the server.`,
);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close());
