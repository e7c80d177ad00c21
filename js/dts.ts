// Owns: the types of a module's exported functions, as the text of a .d.ts, from the module's own descriptors.
// Must not know: files (wasm/tool), or how a call is made. Nothing of the module's runs.

import { CawError } from './errors.ts';
import { signatures, type Signature } from './exports.ts';
import type { Machine } from './machine.ts';
import { NAMES } from './wire.ts';

const parameter = (code: string): string => (code === 'y' ? 'Uint8Array | ArrayBuffer' : NAMES[code]!);

/** As TSDoc, which a comment of C's may not end. */
function documentation(text: string | undefined): string[] {
  if (!text) return [];
  const lines = text.replaceAll('*/', '*\\/').split('\n');
  return lines.length === 1
    ? [`  /** ${lines[0]} */`]
    : ['  /**', ...lines.map((line) => `   * ${line}`.trimEnd()), '   */'];
}

function declaration({ name, codes, names }: Signature): string {
  const parameters = names.map((parameterName, n) => `${parameterName}: ${parameter(codes[n + 1]!)}`);
  return `  ${name}(${[...parameters, 'options?: CallOptions'].join(', ')}): Promise<${NAMES[codes[0]!]}>;`;
}

/**
 * The .d.ts of a module: `export interface Exports { ... }`, for `load<Exports>(...)`. `title` says what it was made from.
 * `comments`, by the functions' names, become their documentation.
 * A module without exported functions gives an empty interface; one that is none of ours, a CawError.
 */
export async function declarations(
  bytes: BufferSource,
  title: string,
  comments: ReadonlyMap<string, string> = new Map(),
): Promise<string> {
  const module = await WebAssembly.compile(bytes);
  const nothing = new Proxy({}, { get: () => () => 0 });
  const imports = Object.fromEntries(WebAssembly.Module.imports(module).map(({ module: from }) => [from, nothing]));
  const { exports } = await WebAssembly.instantiate(module, imports);
  const memory = exports['memory'];
  if (!(memory instanceof WebAssembly.Memory) || !('caw_abi' in exports))
    throw new CawError('LoadError', `cawait: ${title} was not built with cawait for JavaScript (--host js)`);
  const bytesOf = new Uint8Array(memory.buffer);
  const machine = {
    x: exports,
    view: () => new DataView(memory.buffer),
    name: (at: number) => new TextDecoder().decode(bytesOf.subarray(at, bytesOf.indexOf(0, at))),
  } as unknown as Machine;
  const lines = signatures(machine).flatMap((signature) => [
    ...documentation(comments.get(signature.name)),
    declaration(signature),
  ]);
  return [
    `// The exported functions of ${title}, written by \`npx cawait types\`: load<Exports>('${title}')`,
    ...(lines.length > 0 ? ["import type { CallOptions } from 'cawait';", ''] : ['']),
    'export interface Exports {',
    ...lines,
    '}',
    '',
  ].join('\n');
}
