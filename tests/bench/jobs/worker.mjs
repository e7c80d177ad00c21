// What the other pools' workers do: the jobs of jobs.c. One script for all of them: who has started it says whose it is.

import { parentPort, workerData } from 'node:worker_threads';

export const nothing = () => {};
/** @param {Uint8Array} bytes */
export const sum = (bytes) => bytes.reduce((all, byte) => all + byte, 0);
/** @param {Uint8Array} bytes */
export const sizeOf = (bytes) => bytes.length;

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
if (workerData?.pool === 'bare')
  port.on('message', (bytes) => port.postMessage(bytes.length > 1024 ? bytes.length : bytes));
if (workerData?.pool === 'comlink') {
  const { expose } = await import(workerData.comlink);
  const { default: endpoint } = await import(workerData.adapter);
  expose({ nothing, sum, sizeOf }, endpoint(port));
}
