// Owns: why a module is refused, in words: what is no WebAssembly, what is not ours, what imports something that is not there.
// Must not know: how a module is got (load.ts). Loaded only when one is refused.

import { CawError } from './errors.ts';

export const fail = (message: string, cause?: unknown) =>
  new CawError('LoadError', `cawait: ${message}`, cause === undefined ? {} : { cause });

/** Bytes without WebAssembly's magic number: what they are instead. */
export function notWasm(bytes: Uint8Array, where: string): CawError {
  const start = new TextDecoder().decode(bytes.subarray(0, 40)).trimStart();
  const what = !bytes.length
    ? 'it is empty'
    : start.startsWith('<')
      ? 'it is an HTML page: is the path right?'
      : `it begins with ${JSON.stringify(start.slice(0, 12))}`;
  return fail(`${where} is not a WebAssembly module: ${what}`);
}

/** Compile errors, and a content security policy that forbids WebAssembly. */
export function explain(error: unknown, where: string): unknown {
  const text = String(error);
  if (/Content Security Policy|unsafe-eval/i.test(text))
    return fail(
      `${where} may not be compiled: add 'wasm-unsafe-eval' to script-src of the page's Content-Security-Policy`,
      error,
    );
  return error instanceof WebAssembly.CompileError ? fail(`${where} is damaged: ${error.message}`, error) : error;
}

export const badAddress = (source: string) =>
  fail(`'${source}' is no absolute address: give new URL('${source}', import.meta.url)`);

export const badSource = () => fail('load() takes a URL, a Response, bytes or a WebAssembly.Module');

export const badStatus = (response: Response, where: string) =>
  fail(`${where}: HTTP status ${response.status} ${response.statusText}`.trimEnd());

export const badVersion = (abi: number, ours: number) =>
  fail(
    `this module speaks version ${abi} of the bridge, this loader version ${ours}: ` +
      (abi < ours ? 'rebuild the module with this package' : 'update the npm package cawait'),
  );

const BUILD = 'build it with this package (CAW host js) or take the loader of the version it was built with';

/** A module that is not ours. */
export function notOurs(module: WebAssembly.Module): CawError {
  const command = WebAssembly.Module.exports(module).some(({ name }) => name === '_start');
  const why = command ? 'it is a WASI command: link it as a reactor with the js host of cawait' : BUILD;
  return fail(`this module was not built with cawait: ${why}`);
}

/** An import that nobody gives. */
export function missing({ module: from, name, kind }: WebAssembly.ModuleImportDescriptor): CawError {
  const why =
    from === 'caw'
      ? `the loader is older or newer than the library it was linked with: ${BUILD}`
      : from === 'wasi_snapshot_preview1'
        ? "a page has no such system call (files, sockets, blocking waits): use the library's own calls (caw_sleep, caw_fetch), or give it by load(source, { imports })"
        : 'give it by load(source, { imports }), or define it in C';
  return fail(`the module imports the ${kind} '${from}.${name}', which is not there: ${why}`);
}
