// The ways in which a program of emcc is linked: each is built of a source here, program.c if no other is named, and asked what a script
// here asks, checks.js if no other is named.
// It must not know how they are built or run.

/**
 * @typedef {object} Cell
 * @property {string} flags  of the linker
 * @property {string} [source]  program.c, or another
 * @property {string} [object]  flags of the compiler: a source is compiled once for each
 * @property {'script' | 'factory' | 'module'} [kind]  how it is run: a script tag; MODULARIZE; EXPORT_ES6
 * @property {Record<string, unknown> | Record<string, unknown>[]} [asks]  options of the script that asks; several: it runs as often
 * @property {boolean} [page]  run in Chromium, too
 * @property {boolean} [node]  false: run there alone
 */

const CLOSURE = '--closure 1';
const SMALL = '-sALLOW_MEMORY_GROWTH -sINITIAL_MEMORY=2MB -sSTACK_SIZE=64KB';

const SLEEP = '-O2 -sEXPORTED_RUNTIME_METHODS=ccall';
/** What cannot be is its end, so it runs once for each. @param {boolean} jspi */
const sleeps = (jspi) => ['inside', 'order'].map((last) => ({ checks: 'sleeps', last, jspi }));

const OURS = '-include cawait/promise.h -DOURS -DAWAITS';

// `apart`: its page is not cross-origin isolated, and the program says so.
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
  { source: 'sleep.c', flags: `${SLEEP} -sASYNCIFY`, asks: sleeps(false) },
  {
    source: 'sleep.c',
    flags: `${SLEEP} -sJSPI -sJSPI_EXPORTS=nap,nap_for`,
    asks: sleeps(true),
    page: true,
    node: false,
  },
  {
    source: 'beside.c',
    flags: '-O2 -lnodefs.js -sEXPORTED_RUNTIME_METHODS=FS,NODEFS',
    asks: { checks: 'besides', files: 'NODEFS' },
  },
  {
    source: 'beside.c',
    object: '-DFETCH',
    flags: '-O2 -sFETCH -lidbfs.js -sEXPORTED_RUNTIME_METHODS=FS,IDBFS',
    asks: { checks: 'besides', files: 'IDBFS', fetch: true },
    page: true,
    node: false,
  },
  { source: 'embind.cpp', object: '-std=gnu++20', flags: '-O2 -lembind', asks: { checks: 'embind' }, page: true },
  {
    source: 'promise.c',
    object: '-DAWAITS',
    flags: `${SLEEP} -sASYNCIFY -sASSERTIONS`,
    asks: { checks: 'promises', awaits: true },
    page: true,
  },
  { source: 'promise.c', flags: `-O2 ${CLOSURE}`, asks: { checks: 'promises' } },
  {
    source: 'promise.c',
    object: OURS,
    flags: `${SLEEP} -sASYNCIFY -sASSERTIONS`,
    asks: ['exit', 'abort'].map((crash) => ({ checks: 'promises', ours: true, awaits: true, crash })),
  },
  {
    source: 'promise.c',
    object: OURS,
    flags: `${SLEEP} -sJSPI -sJSPI_EXPORTS=awaits`,
    asks: { checks: 'promises', ours: true, awaits: true },
    page: true,
    node: false,
  },
  {
    source: 'promise.c',
    object: '-include cawait/promise.h -DOURS',
    flags: `-O2 ${CLOSURE}`,
    asks: { checks: 'promises', ours: true },
  },
  { flags: '-O2 -pthread', object: '-pthread', asks: { crash: 'abort', onAbort: true }, page: true },
  { source: 'threads.c', flags: '-O2 -pthread', object: '-pthread', asks: { checks: 'threads' }, page: true },
  { source: 'threads.c', flags: `-O2 -pthread ${CLOSURE}`, object: '-pthread', asks: { checks: 'threads' } },
  {
    source: 'threads.c',
    flags: '-O2 -pthread -sALLOW_MEMORY_GROWTH -Wno-pthreads-mem-growth -sMODULARIZE',
    object: '-pthread',
    kind: 'factory',
    asks: { checks: 'threads' },
  },
  {
    source: 'threads.c',
    flags: '-O2 -pthread',
    object: '-pthread',
    asks: { checks: 'threads', apart: true },
    page: true,
    node: false,
  },
  { flags: '-O2 -sABORTING_MALLOC=0', asks: { oom: true } },
  { flags: `-O2 ${SMALL}`, asks: { oom: true, megabytes: 64 } },
  { flags: '-O2 -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB', asks: { megabytes: 2200 } },
];

/** Where Emscripten first builds libraries of its own for it, or Closure another time. @type {Cell[]} */
export const MORE = [
  { flags: '-O1 -sASSERTIONS=2', asks: { crash: 'abort', onAbort: true } },
  {
    flags: '-O1 -sASSERTIONS=2 -sSTRICT -sSAFE_HEAP -sINCOMING_MODULE_JS_API=onAbort',
    asks: { crash: 'abort', onAbort: true },
  },
  // A program under the sanitizers ends when nothing is left to do, unless it is told otherwise: calls from outside may come.
  {
    flags: '-O1 -fsanitize=address,undefined -sEXIT_RUNTIME=0',
    object: '-O1 -fsanitize=address,undefined',
    asks: { crash: 'abort' },
  },
  { flags: `-O3 -sEXPORT_ES6 ${CLOSURE}`, kind: 'module', asks: { crash: 'exit' }, page: true },
  { flags: `-Oz -sMINIMAL_RUNTIME ${CLOSURE}`, asks: { file: false } },
  { flags: '-O2 -fwasm-exceptions -sSUPPORT_LONGJMP=wasm', asks: { crash: 'abort' } },
  { flags: '-O2 -sWASM_BIGINT=0' },
  { source: 'beside.c', flags: '-O2 -sWASMFS -sEXPORTED_RUNTIME_METHODS=FS', asks: { checks: 'besides' }, page: true },
];

/** What cannot be, and the words that say so. @type {[string, RegExp][]} */
export const REFUSED = [
  ['-sMAIN_MODULE=2', /cawait: -sMAIN_MODULE cannot be/],
  ['-sMEMORY64', /cawait: -sMEMORY64 cannot be/],
  ['-pthread -sPROXY_TO_PTHREAD', /cawait: -sPROXY_TO_PTHREAD cannot be/],
  ['-sWASM_WORKERS', /cawait: -sWASM_WORKERS cannot be/],
  ['-sWASM=0', /cawait: -sWASM2JS cannot be/],
  ['-sSTANDALONE_WASM', /cawait: -sSTANDALONE_WASM cannot be: .*--cc emcc/],
];
