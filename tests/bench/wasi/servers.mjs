// Node's own servers, to be measured beside: `node servers.mjs http` or `tcp`; says on which port.

import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';

const server =
  process.argv[2] === 'http'
    ? createServer(
        (request, response) => void response.setHeader('content-type', 'text/plain;charset=UTF-8').end('hello'),
      )
    : createTcpServer({ noDelay: true }, (socket) => void socket.pipe(socket).on('error', () => {}));
server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  console.log(`http://127.0.0.1:${port}/`);
});
