// Owns: the types of a module's exported functions, as the text of a .d.ts, from the module's own descriptors.
// Must not know: files (wasm/tool), or how a call is made. Nothing of the module's runs.

import * as described from '../bridge/compound.ts';
import { CawError } from '../base/errors.ts';
import { signatures, type Signature } from '../bridge/exports.ts';
import type { Machine } from '../base/machine.ts';
import { NAMES } from '../bridge/wire.ts';

type Compound = described.Compound;

/** Words that C has as names, and JavaScript has not. */
const RESERVED =
  /^(arguments|await|catch|class|debugger|delete|eval|export|extends|finally|function|implements|import|in|instanceof|interface|let|new|null|package|private|protected|public|super|this|throw|try|typeof|var|with|yield|true|false)$/;

/** What a struct cannot be called, as TypeScript has it already, or this file uses it. */
const OTHERS =
  /^(App|CallOptions|Exports|Promise|(Big)?(Ui|I)nt\d+Array|Float\d+Array|ArrayBuffer|any|bigint|boolean|infer|intrinsic|keyof|never|number|object|readonly|string|symbol|undefined|unique|unknown)$/;

/** How the structs are called: each its own name, unless another has it; two of a name may be of two files. */
type Names = (type: Compound) => string;

const same = (type: Compound): string =>
  `${type.name}{${type.fields!.map((field) => `${field.code}${field.name} ${field.type ? same(field.type) : ''}`)}}`;

const result = (code: string, type: Compound | undefined, named: Names): string =>
  type ? (type.fields ? named(type) : type.name) : NAMES[code]!;
const parameter = (code: string, type: Compound | undefined, named: Names): string =>
  code === 'y' ? 'Uint8Array | ArrayBuffer' : result(code, type, named);

/** The structs that functions take and give, each with those in it. */
function interfaces(
  known: readonly Signature[],
  comments: ReadonlyMap<string, string>,
): { text: string[]; named: Names } {
  const names = new Map<string, string>();
  const text: string[] = [];
  const named: Names = (type) => names.get(same(type))!;
  const add = (type: Compound | undefined) => {
    if (!type?.fields || names.has(same(type))) return;
    for (const field of type.fields) add(field.type);
    let { name } = type;
    const used = new Set(names.values());
    while (OTHERS.test(name) || RESERVED.test(name) || used.has(name)) name += '_';
    names.set(same(type), name);
    text.push(
      ...documentation(comments.get(`struct ${type.name}`)),
      `export interface ${name} {`,
      ...type.fields.map((field) => `  ${field.name}: ${result(field.code, field.type, named)};`),
      '}',
      '',
    );
  };
  for (const { types } of known) for (const type of types) add(type);
  return { text, named };
}

/** As TSDoc, which a comment of C's may not end. */
function documentation(text: string | undefined): string[] {
  if (!text) return [];
  const lines = text.replaceAll('*/', '*\\/').split('\n');
  return lines.length === 1 ? [`/** ${lines[0]} */`] : ['/**', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'];
}

function call({ plain, codes, names, types }: Signature, named: Names): string {
  const parameters = names.map(
    (name, n) => `${RESERVED.test(name) ? `${name}_` : name}: ${parameter(codes[n + 1]!, types[n + 1], named)}`,
  );
  const given = result(codes[0]!, types[0], named);
  if (plain) return `(${parameters.join(', ')}): ${given};`;
  return `(${[...parameters, 'options?: CallOptions'].join(', ')}): Promise<${given}>;`;
}

async function read(bytes: BufferSource, title: string): Promise<Signature[]> {
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
    word: (at: number) => new DataView(memory.buffer).getUint32(at, true),
    name: (at: number) => new TextDecoder().decode(bytesOf.subarray(at, bytesOf.indexOf(0, at))),
  } as unknown as Machine;
  const found = signatures(machine, 'caw_compounds' in exports ? described : undefined);
  return found.filter(({ name }) => !name.startsWith('caw__')); // but the library's own (http.c)
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
  const known = await read(bytes, title);
  const { text, named } = interfaces(known, comments);
  const lines = known.flatMap((signature) => [
    ...documentation(comments.get(signature.name)),
    `${signature.name === 'new' ? "'new'" : signature.name}${call(signature, named)}`, // or it were a constructor
  ]);
  return [
    `// The exported functions of ${title}, written by \`npx cawait types\`: load<Exports>('${title}')`,
    ...(known.some(({ plain }) => !plain) ? ["import type { CallOptions } from 'cawait';", ''] : ['']),
    ...text,
    'export interface Exports {',
    ...lines.map((line) => `  ${line}`),
    '}',
    '',
  ].join('\n');
}

/** The .d.ts of a C file that is imported by itself, through a plugin: each exported function, and the instance. */
export async function moduleDeclarations(
  bytes: BufferSource,
  title: string,
  comments: ReadonlyMap<string, string> = new Map(),
): Promise<string> {
  const found = await read(bytes, title);
  // What cannot be its name in TypeScript is declared by one that no C is likely to have.
  const locals = found.map(({ name }, n) => (RESERVED.test(name) || OTHERS.test(name) ? `$${n}` : name));
  const { text, named } = interfaces(found, comments);
  const functions = found.flatMap((signature, n) => {
    const { name } = signature;
    const lines = documentation(comments.get(name));
    return locals[n] === name
      ? [...lines, `export function ${name}${call(signature, named)}`]
      : [...lines, `declare function $${n}${call(signature, named)}`, `export { $${n} as ${name} };`];
  });
  const all = found.map(({ name }, n) => `${name}: typeof ${locals[n]}`);
  return [
    `// The exported functions of ${title}, written by the plugin of cawait.`,
    `import type { App${found.some(({ plain }) => !plain) ? ', CallOptions' : ''} } from 'cawait';`,
    '',
    ...text,
    ...functions,
    `declare const $app: App<{ ${all.join('; ')} }>;`,
    'export default $app;',
    '',
  ].join('\n');
}
