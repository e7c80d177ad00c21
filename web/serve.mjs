// `npm run web`: serves the demo pages and prints where they are. `npm run web -- --port 8080` picks the port.

import { parseArgs } from 'node:util';
import { startServer } from './crawler/server.mjs';

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const server = await startServer({ port: Number(values.port) });
console.log(`The gallery and the crawler are at ${server.url}\nCtrl-C stops the server.`);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close());
