// Owns: getting a module from wherever it is, checking that it is one of ours, and starting it.
// Must not know: what a running program does (app.ts), or the file system (node.ts).

import { prepare, run, type AnyExports, type App, type Options } from './app.ts';
import type { Exports } from './machine.ts';

/** The contract with compiled modules: CAW_ABI of base.h. */
const ABI = 1;

type Direct = string | URL | Response | BufferSource | WebAssembly.Module;
/** A module, its bytes, a response that brings them, or their address. */
export type Source = Direct | PromiseLike<Direct>;

/** How this host gets bytes from an address; node.ts has a way for files. */
export type Fetcher = (url: URL) => Promise<Response | Uint8Array<ArrayBuffer>>;

/** Why something is refused takes many words: they are loaded when they are needed. */
const refusal = () => import('./refusal.ts');

/** Compiles bytes; what is no WebAssembly gets told what it is instead. */
async function compileBytes(bytes: Uint8Array<ArrayBuffer>, where: string): Promise<WebAssembly.Module> {
  if (bytes[0] !== 0 || bytes[1] !== 0x61 || bytes[2] !== 0x73 || bytes[3] !== 0x6d)
    throw (await refusal()).notWasm(bytes, where);
  return WebAssembly.compile(bytes).catch(async (error) => {
    throw (await refusal()).explain(error, where);
  });
}

async function compileResponse(response: Response): Promise<WebAssembly.Module> {
  const where = response.url || 'the response';
  if (!response.ok) throw (await refusal()).badStatus(response, where);
  const mime = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mime === 'application/wasm' && WebAssembly.compileStreaming) {
    return WebAssembly.compileStreaming(response).catch(async (error) => {
      throw (await refusal()).explain(error, where);
    });
  }
  const module = await compileBytes(new Uint8Array(await response.arrayBuffer()), where);
  if (mime !== 'application/wasm')
    console.warn(
      `cawait: ${where} was served as '${mime ?? ''}': serve .wasm as application/wasm and it compiles while it loads`,
    );
  return module;
}

// One download and one compilation of an address, however often it is loaded; a failure is not kept.
const compiled = new Map<string, Promise<WebAssembly.Module>>();

function compileUrl(url: URL, fetcher: Fetcher): Promise<WebAssembly.Module> {
  const known = compiled.get(url.href);
  if (known) return known;
  const compiling = fetcher(url).then((got) =>
    got instanceof Uint8Array ? compileBytes(got, url.href) : compileResponse(got),
  );
  compiled.set(url.href, compiling);
  compiling.catch(() => compiled.delete(url.href));
  return compiling;
}

async function compile(source: Direct, fetcher: Fetcher): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof Response) return compileResponse(source);
  if (source instanceof URL) return compileUrl(source, fetcher);
  if (typeof source === 'string') {
    const base =
      typeof document === 'object' ? document.baseURI : typeof location === 'object' ? location.href : undefined;
    if (!URL.canParse(source, base)) throw (await refusal()).badAddress(source);
    return compileUrl(new URL(source, base), fetcher);
  }
  if (source instanceof ArrayBuffer) return compileBytes(new Uint8Array(source), 'the buffer');
  if (ArrayBuffer.isView(source)) {
    const bytes = new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength);
    return compileBytes(bytes, 'the buffer');
  }
  throw (await refusal()).badSource();
}

/** Refuses what cannot run here, before anything of it runs. */
async function check(module: WebAssembly.Module, imports: WebAssembly.Imports): Promise<void> {
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === 'caw_abi'))
    throw (await refusal()).notOurs(module);
  const wanted = WebAssembly.Module.imports(module).find(({ module: from, name }) => !(name in (imports[from] ?? {})));
  if (wanted) throw (await refusal()).missing(wanted);
}

/** The loader's entry for hosts that get addresses by `fetcher`. */
export function loader(fetcher: Fetcher) {
  return async function load<E extends object = AnyExports>(source: Source, options: Options = {}): Promise<App<E>> {
    const module = await compile(await source, fetcher);
    const parts = await prepare(module, options);
    const imports: WebAssembly.Imports = { ...options.imports, ...parts.imports };
    for (const [from, own] of Object.entries(options.imports ?? {})) imports[from] = { ...own, ...imports[from] };
    await check(module, imports);
    const { exports } = await WebAssembly.instantiate(module, imports);
    const x = exports as unknown as Exports;
    const abi = x.caw_abi();
    if (abi !== ABI) throw (await refusal()).badVersion(abi, ABI);
    return run<E>(parts, x, options);
  };
}
