// The ways in which a program of emcc is linked: each is built of tests/emscripten/program.c and asked what checks.js asks.
// It must not know how they are built or run.

/**
 * @typedef {object} Cell
 * @property {string} flags  of the linker
 * @property {string} [object]  flags of the compiler: program.c is compiled once for each
 * @property {'script' | 'factory' | 'module'} [kind]  how it is run: a script tag; MODULARIZE; EXPORT_ES6
 * @property {Record<string, unknown>} [asks]  options of checks.js
 * @property {boolean} [page]  run in Chromium, too
 * @property {boolean} [node]  false: run there alone
 */

const CLOSURE = '--closure 1';
const SMALL = '-sALLOW_MEMORY_GROWTH -sINITIAL_MEMORY=2MB -sSTACK_SIZE=64KB';

/** In every run of the leg. Each is a few seconds. @type {Cell[]} */
export const CELLS = [
  { flags: '-O1', asks: { crash: 'abort', onAbort: true }, page: true },
  { flags: '-O2 -g', asks: { crash: 'trap', onAbort: true } },
  { flags: '-O3 -sEXPORT_ES6', kind: 'module', asks: { crash: 'trap', onAbort: true }, page: true },
  { flags: '-Oz', asks: { crash: 'exit' } },
  { flags: '-Os -gsource-map', asks: { crash: 'exit' } },
  { flags: '-O2', object: '-flto', asks: { crash: 'trap', onAbort: true } },
  { flags: `-O2 ${CLOSURE}`, asks: { crash: 'abort', onAbort: true }, page: true },
  { flags: '-O2 -sMODULARIZE', kind: 'factory', asks: { crash: 'abort', onAbort: true }, page: true },
  { flags: '-O2 -sMODULARIZE=instance', kind: 'module', asks: { crash: 'trap', onAbort: true }, page: true },
  { flags: '-O2 -sSINGLE_FILE', page: true },
  { flags: '-O2 -sSTRICT', asks: { crash: 'abort' } },
  { flags: '-O2 -sMINIMAL_RUNTIME', asks: { file: false } },
  { flags: '-O2 -sSAFE_HEAP', asks: { crash: 'trap', onAbort: true } },
  { flags: '-O1 -fsanitize=undefined', object: '-O1 -fsanitize=undefined', asks: { crash: 'abort' } },
  { flags: '-O2 -sASYNCIFY', page: true },
  { flags: '-O2 -sJSPI', page: true, node: false },
  { flags: '-O2 -sABORTING_MALLOC=0', asks: { oom: true } },
  { flags: `-O2 ${SMALL}`, asks: { oom: true, megabytes: 64 } },
  { flags: '-O2 -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB', asks: { megabytes: 2200 } },
];

/** Where Emscripten first builds libraries of its own for it, or Closure another time. @type {Cell[]} */
export const MORE = [
  { flags: '-O1 -sASSERTIONS=2', asks: { crash: 'abort', onAbort: true } },
  { flags: '-O1 -sASSERTIONS=2 -sSTRICT -sSAFE_HEAP', asks: { crash: 'abort', onAbort: true } },
  // A program under the sanitizers ends when nothing is left to do, unless it is told otherwise: calls from outside may come.
  {
    flags: '-O1 -fsanitize=address,undefined -sEXIT_RUNTIME=0',
    object: '-O1 -fsanitize=address,undefined',
    asks: { crash: 'abort' },
  },
  { flags: `-O3 -sEXPORT_ES6 ${CLOSURE}`, kind: 'module', asks: { crash: 'exit' }, page: true },
  { flags: `-Oz -sMINIMAL_RUNTIME ${CLOSURE}`, asks: { file: false }, page: true },
  { flags: '-O2 -fwasm-exceptions -sSUPPORT_LONGJMP=wasm', asks: { crash: 'abort' } },
  { flags: '-O2 -sWASM_BIGINT=0' },
];

/** What cannot be, and the words that say so. @type {[string, RegExp][]} */
export const REFUSED = [
  ['-sMAIN_MODULE=2', /cawait: -sMAIN_MODULE cannot be/],
  ['-sMEMORY64', /cawait: -sMEMORY64 cannot be/],
  ['-pthread', /cawait: -sPTHREADS cannot be/],
  ['-sWASM=0', /cawait: -sWASM2JS cannot be/],
  ['-sSTANDALONE_WASM', /cawait: -sSTANDALONE_WASM cannot be: .*--cc emcc/],
];
