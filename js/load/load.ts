// Owns: getting a module from wherever it is, checking that it is one of ours, and starting it.
// Must not know: what a running program does (app.ts), or the file system (node.ts).

import { prepare, run, type AnyExports, type App, type Options } from '../run/app.ts';
import type { Exports, Machine } from '../base/machine.ts';
import type { Parts } from './parts.ts';

/** The contract with compiled modules: CAW_ABI of base.h. */
const ABI = 1;

type Direct = string | URL | Response | ArrayBuffer | ArrayBufferView | WebAssembly.Module;
/** A module, its bytes, a response that brings them, or their address. */
export type Source = Direct | PromiseLike<Direct>;

/** What is not the same everywhere. @internal */
export interface Host {
  parts: Parts;
  /** Gets bytes from an address; node.ts has a way for files. */
  fetch(url: URL, init?: RequestInit): Promise<Response | Uint8Array<ArrayBuffer>>;
  /** Is given each instance before it runs. */
  loaded?(machine: Machine): void;
}

async function compileBytes({ parts }: Host, bytes: BufferSource, where: string): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw (await parts.refusal()).badBytes(error, bytes, where);
  }
}

async function compileResponse(host: Host, response: Response): Promise<WebAssembly.Module> {
  const { refusal } = host.parts;
  const where = response.url || 'the response';
  if (response.ok === false) throw (await refusal()).badStatus(response, where);
  const type = response.headers?.get('content-type');
  const proper = type === 'application/wasm'; // all that compileStreaming takes
  const whole = async () => compileBytes(host, await response.arrayBuffer(), where);
  if (proper && WebAssembly.compileStreaming) {
    return WebAssembly.compileStreaming(response).catch(async (error) => {
      if (!response.bodyUsed) return whole(); // one of another realm, or a mock
      throw (await refusal()).explain(error, where);
    });
  }
  const module = await whole();
  if (!proper) console.warn((await refusal()).badType(type, where));
  return module;
}

// One download and one compilation of an address, however often it is loaded; a failure is not kept.
const compiled = new Map<string, Promise<WebAssembly.Module>>();

async function compileUrl(host: Host, address: string | URL, fresh?: boolean): Promise<WebAssembly.Module> {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  if (!URL.canParse(address, base)) throw (await host.parts.refusal()).badAddress(address);
  const url = new URL(address, base);
  const known = compiled.get(url.href);
  if (known && !fresh) return known;
  const compiling = host
    .fetch(url, fresh ? { cache: 'no-cache' } : undefined)
    .then((got) => (got instanceof Uint8Array ? compileBytes(host, got, url.href) : compileResponse(host, got)));
  compiled.set(url.href, compiling);
  compiling.catch(() => compiled.get(url.href) === compiling && compiled.delete(url.href));
  return compiling;
}

async function compile(host: Host, source: Direct, fresh?: boolean): Promise<WebAssembly.Module> {
  // By shape: it may be another realm's, or a mock; and a worklet has neither class.
  const { arrayBuffer, href, [Symbol.toStringTag]: tag } = Object(source);
  if (tag === 'WebAssembly.Module') return source as WebAssembly.Module;
  if (arrayBuffer) return compileResponse(host, source as Response);
  if (href || typeof source === 'string') return compileUrl(host, source as URL, fresh);
  const given = source as BufferSource;
  const bytes = ArrayBuffer.isView(given)
    ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength) // the V8 of Node 20 takes no DataView
    : given;
  return compileBytes(host, bytes, 'the buffer');
}

/** The loader's entry on a host. @internal */
export function loader(host: Host) {
  const { refusal } = host.parts;
  return async function load<E extends object = AnyExports>(source: Source, options: Options = {}): Promise<App<E>> {
    const late = Promise.resolve(host.parts.late()).catch(host.parts.failed);
    late.catch(() => {}); // what the module fails with comes first
    const module = await compile(host, await source, options?.fresh);
    if (!WebAssembly.Module.exports(module).some(({ name }) => name === 'caw_abi'))
      throw (await refusal()).notOurs(module);
    const parts = await prepare(module, options, host.parts, await late);
    const { exports } = await WebAssembly.instantiate(module, parts.imports).catch(async (error) => {
      throw (await refusal()).unlinked(error, module, parts.imports);
    });
    const x = exports as unknown as Exports;
    const abi = x.caw_abi();
    if (abi !== ABI) throw (await refusal()).badVersion(abi, ABI);
    options.signal?.throwIfAborted();
    host.loaded?.(parts.machine);
    return run<E>(parts, x, options);
  };
}
