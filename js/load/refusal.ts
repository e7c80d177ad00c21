// Owns: why a module is refused, in words: what is no WebAssembly, what is not ours, what imports something that is not there.
// Must not know: how a module is got (load.ts). Loaded only when one is refused.

import { CawError } from '../base/errors.ts';
import { decoder } from '../base/text.ts';

const fail = (message: string, cause?: unknown) =>
  new CawError('LoadError', `cawait: ${message}`, cause === undefined ? {} : { cause });

/** What does not compile; what is no WebAssembly gets told what it is instead. */
export function badBytes(error: unknown, source: BufferSource, where: string): unknown {
  const bytes = source instanceof ArrayBuffer ? new Uint8Array(source) : source;
  if (!(bytes instanceof Uint8Array)) return fail('load() takes a URL, a Response, bytes or a WebAssembly.Module');
  const start = decoder.decode(bytes.subarray(0, 40));
  if (start.startsWith('\0asm')) return explain(error, where);
  const what = !bytes.length
    ? 'it is empty'
    : start.trimStart().startsWith('<')
      ? 'it is an HTML page: is the path right?'
      : `it begins with ${JSON.stringify(start.trimStart().slice(0, 12))}`;
  return fail(`${where} is not a WebAssembly module: ${what}`);
}

/** Compile errors, and a content security policy that forbids WebAssembly. */
export function explain(error: unknown, where: string): unknown {
  const text = String(error);
  if (/Content Security Policy|unsafe-eval|blocked by CSP/i.test(text))
    // Chromium's and WebKit's words, Firefox's
    return fail(
      `${where} may not be compiled: add 'wasm-unsafe-eval' to script-src of the page's Content-Security-Policy`,
      error,
    );
  if (!(error instanceof WebAssembly.CompileError)) return error;
  // Every engine names the version that it does not know.
  const what = /version/.test(error.message) ? `is a component: ${HOST}` : `is damaged: ${error.message}`;
  return fail(`${where} ${what}`, error);
}

export const badAddress = (address: string | URL) =>
  fail(`'${address}' is no absolute address: give new URL('${address}', import.meta.url)`);

export const badStatus = (response: Response, where: string) =>
  fail(`${where}: HTTP status ${response.status} ${response.statusText}`.trimEnd());

/** Not refused, but said: nothing can be compiled while it loads. */
export const badType = (type: string | null, where: string) =>
  `cawait: ${where} was served as '${type ?? ''}': serve .wasm as application/wasm and it compiles while it loads`;

export const badVersion = (abi: number, ours: number) =>
  fail(
    `this module speaks version ${abi} of the bridge, this loader version ${ours}: ` +
      (abi < ours ? 'rebuild the module with this package' : 'update the npm package cawait'),
  );

/** What a module for another host is built anew by. */
const HOST = 'for load() build it with --host js (CMake: cawait::js)';

const BUILD = 'build it with this package (CAW host js) or take the loader of the version it was built with';

/** A module that is not ours. */
export function notOurs(module: WebAssembly.Module): CawError {
  const command = WebAssembly.Module.exports(module).some(({ name }) => name === '_start');
  return fail(command ? `this module is a WASI command: ${HOST}` : `this module was not built with cawait: ${BUILD}`);
}

/** An import that nobody gives; or else what the host said. */
export function unlinked(error: unknown, module: WebAssembly.Module, imports: WebAssembly.Imports): unknown {
  const missing = WebAssembly.Module.imports(module).find(({ module: from, name }) => !(name in (imports[from] ?? {})));
  if (!missing) return explain(error, 'the module'); // a policy forbids it to WebKit here, to the others before
  const { module: from, name, kind } = missing;
  const why =
    from === 'caw'
      ? `the loader is older or newer than the library it was linked with: ${BUILD}`
      : 'give it by load(source, { imports }), or define it in C';
  return fail(`the module imports the ${kind} '${from}.${name}', which is not there: ${why}`);
}
