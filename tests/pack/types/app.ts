// What a strict program of TypeScript says of the package; the types of app.wasm and app.c are written by the command.
import { load, CawError, type App, type ErrorType } from 'cawait';
import { build, type BuildError, type BuildResult } from 'cawait/build';
import esbuild from 'cawait/esbuild';
import rollup from 'cawait/rollup';
import RspackPlugin from 'cawait/rspack';
import vite from 'cawait/vite';
import WebpackPlugin from 'cawait/webpack';
import named, * as names from './names.c';
import instance, { mean, middle, type line } from './types.c';
import type { Exports, point } from './types.wasm';

export const app: App<Exports> = await load<Exports>(new URL('types.wasm', import.meta.url));
export const signal = new AbortController().signal;
export const results: number[] = [await app.exports.mean(1, 2, 3n, { signal }), await mean(1, 2, 3n)];
// @ts-expect-error: a parameter is missing
export const wrong = app.exports.mean(1, 2);
const from: point = { x: 1, y: 2, id: 3n };
export const straight: line = { from, to: from, dotted: false };
export const inTheMiddle: point = middle(straight);
// @ts-expect-error: a field is missing
export const nowhere = app.exports.middle({ from, dotted: true });
export const numbers: Float64Array = await app.exports.smooth(new Float64Array(3), { year: 2026, month: 11 });
// @ts-expect-error: of another type
export const others = app.exports.smooth(new Float32Array(3), { year: 2026, month: 11 });
export const same: Promise<number> = instance.exports.mean(1, 2, 3n);
// @ts-expect-error: there is no such function
instance.exports.men(1, 2, 3n);
instance[Symbol.dispose]();
export const id: names.app = names.App(named.exports.App({ id: names.delete() + names.Exports() }));
const half: names.object_ = { id: 1, constructor: 2 };
export const made: names.number_ = names.new(half, { id: names.new(half, { id: 3 } as names.class_).keyof.id });
export const three: Promise<number> = names.CallOptions({ signal });

export function kind(error: unknown): ErrorType | null {
  // @ts-expect-error: there is no such error
  if (error instanceof CawError && error.type === 'ValueEror') return null;
  return error instanceof CawError && error.type === 'ValueError' ? error.type : null;
}

export async function make(): Promise<WebAssembly.Module> {
  const result: BuildResult = await build({ sources: ['a.c'], flags: ['-Iinclude'] });
  return WebAssembly.compile(result.module);
}
export const places = (error: BuildError): string[] => error.diagnostics.map(({ file, line }) => `${file}:${line}`);
export const plugins = [
  vite(),
  rollup({ flags: [] }),
  esbuild(),
  new WebpackPlugin(),
  new RspackPlugin({ types: false }),
];
