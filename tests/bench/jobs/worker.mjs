// What the other pools' workers do: the jobs of jobs.c. One script for all of them: who has started it says whose it is.

import { parentPort, workerData } from 'node:worker_threads';

export const nothing = () => {};
/** @param {Uint8Array} bytes */
export const sum = (bytes) => bytes.reduce((all, byte) => all + byte, 0);
/** @param {Uint8Array} bytes */
export const sizeOf = (bytes) => bytes.length;

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
if (workerData?.pool === 'bare')
  port.on('message', (message) => {
    if (message.put)
      for (let n = 0; n < message.put; n++) message.port.postMessage(new Uint8Array(56)); // as large as an item is
    else if (message.take) message.port.on('message', () => --message.take || port.postMessage('all'));
    else port.postMessage(message.length > 1024 ? message.length : message);
  });
if (workerData?.pool === 'comlink') {
  const { expose } = await import(workerData.comlink);
  const { default: endpoint } = await import(workerData.adapter);
  expose({ nothing, sum, sizeOf }, endpoint(port));
}
