// A program that has no library of TypeScript's but es2022: neither the DOM's nor Node's.
import { load, type Source } from 'cawait';
import { load as loadStatic } from 'cawait/static';
import { build } from 'cawait/build';
import { serveJobs } from 'cawait/worker';
import vite from 'cawait/vite';
import type { Exports } from './types.wasm';

const { module } = await build({ sources: ['a.c'] });
const source: Source = module;
export const app = await load<Exports>(source, { imports: { env: { f: () => 1, limit: 3 } } });
export const mean: number = await app.exports.mean(1, 2, 3n);
export const bytes: Uint8Array = new Uint8Array(app.memory.buffer, app.raw.place() as number, 4);
export const other = await loadStatic('app.wasm');
export const plugins = [vite()];
serveJobs();
