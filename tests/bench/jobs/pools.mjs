// The pools that the benchmark of jobs compares: ours, workers that only post and answer (postMessage and nothing else), Comlink, piscina; and CPython's
// processes, in a process of their own. Two workers each, except the bare one. A pool that is not there is null.
// It must not know what is measured.

import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { MessageChannel, Worker } from 'node:worker_threads';
import { load } from '../../../dist/js/node.js';
import { program } from '../../../wasm/toolchain/program.mjs';
import { ROOT } from '../../../wasm/toolchain/sources.mjs';
import { which } from '../../command.mjs';
import { CACHE } from '../../engines.mjs';

const HERE = import.meta.dirname;
const WORKER = new URL('worker.mjs', import.meta.url);
const LANES = 16;
const MEGABYTE = 1 << 20;

/**
 * Each gives when all of it is done.
 * @typedef {{
 *   roundTrips(count: number): Promise<unknown>, kilobytes?(count: number): Promise<unknown>, megabytes(count: number): Promise<unknown>,
 *   items?(count: number): Promise<unknown>, itemsByHome?(count: number): Promise<unknown>,
 *   end(): unknown
 * }} Pool
 */

/** So many calls, 16 at a time. @param {number} count @param {() => Promise<unknown>} call */
async function lanes(count, call) {
  let left = count;
  const lane = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** @param {number} count @param {() => Promise<unknown>} call */
async function inTurn(count, call) {
  for (let n = 0; n < count; n++) await call();
}

/** @param {string} name  where the engines are installed */
const found = (name) => {
  try {
    return pathToFileURL(createRequire(join(CACHE, 'engines/node_modules/any.cjs')).resolve(name)).href;
  } catch {
    return null;
  }
};

/** @returns {Promise<Pool>} */
async function ours() {
  const out = join(ROOT, 'build/bench/jobs.wasm');
  mkdirSync(join(ROOT, 'build/bench'), { recursive: true });
  await program({ host: 'js', sources: [join(HERE, 'jobs.c')], out });
  const app = await load(pathToFileURL(out));
  const x = /** @type {any} */ (app.exports);
  x.begin(2);
  return {
    roundTrips: x.round_trips,
    kilobytes: x.kilobytes,
    items: (count) => x.channel(count, false),
    itemsByHome: (count) => x.channel(count, true),
    megabytes: x.megabytes,
    end: () => app[Symbol.dispose](),
  };
}

/** @returns {Pool} */
function bare() {
  const [worker, other] = [0, 1].map(() => new Worker(WORKER, { workerData: { pool: 'bare' } }));
  if (!worker || !other) throw new Error('no workers');
  /** @param {unknown} message @param {ArrayBuffer[]} [transfer] */
  const ask = (message, transfer) => {
    const answer = new Promise((resolve) => void worker.once('message', resolve));
    worker.postMessage(message, transfer);
    return answer;
  };
  return {
    roundTrips: (count) => inTurn(count, () => ask(new Uint8Array(24))),
    megabytes(count) {
      const bytes = new Uint8Array(count * MEGABYTE).fill(1);
      return ask(bytes, [bytes.buffer]);
    },
    items(count) {
      const { port1, port2 } = new MessageChannel();
      const all = new Promise((resolve) => void other.once('message', resolve));
      other.postMessage({ port: port2, take: count }, [port2]);
      worker.postMessage({ port: port1, put: count }, [port1]);
      return all;
    },
    end: () => Promise.all([worker.terminate(), other.terminate()]),
  };
}

/** @returns {Promise<Pool | null>} */
async function comlink() {
  const [path, adapter] = [found('comlink'), found('comlink/dist/umd/node-adapter.js')];
  if (!path || !adapter) return null;
  const [{ wrap, transfer }, endpoint] = [await import(path), (await import(adapter)).default];
  const workers = [0, 1].map(() => new Worker(WORKER, { workerData: { pool: 'comlink', comlink: path, adapter } }));
  const ends = workers.map((worker) => wrap(endpoint(worker)));
  const kilobyte = new Uint8Array(1024).fill(1);
  let turn = 0;
  return {
    roundTrips: (count) => inTurn(count, () => ends[0].nothing()),
    kilobytes: (count) => lanes(count, () => ends[turn++ % 2].sum(kilobyte)),
    megabytes(count) {
      const bytes = new Uint8Array(count * MEGABYTE).fill(1);
      return ends[0].sizeOf(transfer(bytes, [bytes.buffer]));
    },
    end: () => Promise.all(workers.map((worker) => worker.terminate())),
  };
}

/** @returns {Promise<Pool | null>} */
async function piscina() {
  const path = found('piscina');
  if (!path) return null;
  const { Piscina } = (await import(path)).default; // CommonJS
  const pool = new Piscina({ filename: WORKER.href, minThreads: 2, maxThreads: 2 });
  const kilobyte = new Uint8Array(1024).fill(1);
  return {
    roundTrips: (count) => inTurn(count, () => pool.run(undefined, { name: 'nothing' })),
    kilobytes: (count) => lanes(count, () => pool.run(kilobyte, { name: 'sum' })),
    megabytes(count) {
      const bytes = new Uint8Array(count * MEGABYTE).fill(1);
      return pool.run(bytes, { name: 'sizeOf', transferList: [bytes.buffer] });
    },
    end: () => pool.destroy(),
  };
}

/** By name, those that are there. @returns {Promise<Record<string, Pool>>} */
export async function pools() {
  const all = { cawait: await ours(), postMessage: bare(), Comlink: await comlink(), piscina: await piscina() };
  return /** @type {Record<string, Pool>} */ (Object.fromEntries(Object.entries(all).filter(([, pool]) => pool)));
}

/** What CPython's ProcessPoolExecutor takes, seconds for each row; null: there is none. @param {Record<string, number>} counts */
export async function cpython(counts) {
  const python = which('python3');
  if (!python) return null;
  const { stdout } = await promisify(execFile)(python, [join(HERE, 'jobs.py'), JSON.stringify(counts)]);
  return /** @type {Record<string, number>} */ (JSON.parse(stdout));
}
