// Owns: getting a module from wherever it is, checking that it is one of ours, and starting it.
// Must not know: what a running program does (app.ts), or the file system (node.ts).

import { prepare, run, type AnyExports, type App, type Options } from './app.ts';
import { CawError } from './errors.ts';
import type { Exports } from './machine.ts';

/** The contract with compiled modules: CAW_ABI of base.h. */
const ABI = 1;

type Direct = string | URL | Response | BufferSource | WebAssembly.Module;
/** A module, its bytes, a response that brings them, or their address. */
export type Source = Direct | PromiseLike<Direct>;

/** How this host gets bytes from an address; node.ts has a way for files. */
export type Fetcher = (url: URL) => Promise<Response | Uint8Array<ArrayBuffer>>;

const fail = (message: string, cause?: unknown) =>
  new CawError('LoadError', `cawait: ${message}`, cause === undefined ? {} : { cause });

/** Compiles bytes; what is no WebAssembly gets told what it is instead. */
async function compileBytes(bytes: Uint8Array<ArrayBuffer>, where: string): Promise<WebAssembly.Module> {
  if (bytes[0] !== 0 || bytes[1] !== 0x61 || bytes[2] !== 0x73 || bytes[3] !== 0x6d) {
    const start = new TextDecoder().decode(bytes.subarray(0, 40)).trimStart();
    const what = !bytes.length
      ? 'it is empty'
      : start.startsWith('<')
        ? 'it is an HTML page: is the path right?'
        : `it begins with ${JSON.stringify(start.slice(0, 12))}`;
    throw fail(`${where} is not a WebAssembly module: ${what}`);
  }
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw explain(error, where);
  }
}

/** Compile errors, and a content security policy that forbids WebAssembly. */
function explain(error: unknown, where: string): unknown {
  const text = String(error);
  if (/Content Security Policy|unsafe-eval/i.test(text))
    return fail(
      `${where} may not be compiled: add 'wasm-unsafe-eval' to script-src of the page's Content-Security-Policy`,
      error,
    );
  return error instanceof WebAssembly.CompileError ? fail(`${where} is damaged: ${error.message}`, error) : error;
}

async function compileResponse(response: Response): Promise<WebAssembly.Module> {
  const where = response.url || 'the response';
  if (!response.ok) throw fail(`${where}: HTTP status ${response.status} ${response.statusText}`.trimEnd());
  const mime = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mime === 'application/wasm' && WebAssembly.compileStreaming) {
    try {
      return await WebAssembly.compileStreaming(response);
    } catch (error) {
      throw explain(error, where);
    }
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

function compile(source: Direct, fetcher: Fetcher): Promise<WebAssembly.Module> | WebAssembly.Module {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof Response) return compileResponse(source);
  if (source instanceof URL) return compileUrl(source, fetcher);
  if (typeof source === 'string') {
    const base =
      typeof document === 'object' ? document.baseURI : typeof location === 'object' ? location.href : undefined;
    if (!URL.canParse(source, base))
      throw fail(`'${source}' is no absolute address: give new URL('${source}', import.meta.url)`);
    return compileUrl(new URL(source, base), fetcher);
  }
  if (source instanceof ArrayBuffer) return compileBytes(new Uint8Array(source), 'the buffer');
  if (ArrayBuffer.isView(source)) {
    const bytes = new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength);
    return compileBytes(bytes, 'the buffer');
  }
  throw fail('load() takes a URL, a Response, bytes or a WebAssembly.Module');
}

const BUILD = 'build it with this package (CAW host js) or take the loader of the version it was built with';

/** Refuses what cannot run here, before anything of it runs. */
function check(module: WebAssembly.Module, imports: WebAssembly.Imports): void {
  const has = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  if (!has.has('caw_abi')) {
    const why = has.has('_start') ? 'it is a WASI command: link it as a reactor with the js host of cawait' : BUILD;
    throw fail(`this module was not built with cawait: ${why}`);
  }
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (imports[from] && name in imports[from]) continue;
    const why =
      from === 'caw'
        ? `the loader is older or newer than the library it was linked with: ${BUILD}`
        : from === 'wasi_snapshot_preview1'
          ? "a page has no such system call (files, sockets, blocking waits): use the library's own calls (caw_sleep, caw_fetch), or give it by load(source, { imports })"
          : 'give it by load(source, { imports }), or define it in C';
    throw fail(`the module imports the ${kind} '${from}.${name}', which is not there: ${why}`);
  }
}

/** The loader's entry for hosts that get addresses by `fetcher`. */
export function loader(fetcher: Fetcher) {
  return async function load<E extends object = AnyExports>(source: Source, options: Options = {}): Promise<App<E>> {
    const module = await compile(await source, fetcher);
    const parts = prepare(options);
    const imports: WebAssembly.Imports = { ...options.imports, ...parts.imports };
    for (const [from, own] of Object.entries(options.imports ?? {})) imports[from] = { ...own, ...imports[from] };
    check(module, imports);
    const { exports } = await WebAssembly.instantiate(module, imports);
    const x = exports as unknown as Exports;
    const abi = x.caw_abi();
    if (abi !== ABI)
      throw fail(
        `this module speaks version ${abi} of the bridge, this loader version ${ABI}: ` +
          (abi < ABI ? 'rebuild the module with this package' : 'update the npm package cawait'),
      );
    return run<E>(parts, x, options);
  };
}
