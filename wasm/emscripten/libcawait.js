// Owns: cawait as a library of Emscripten's JavaScript. Emscripten evaluates this when it links: of the scripts of js/ it takes those that
// the program has a use for, as js/run/app.ts says by the names of imports and exports, each as an item that depends on others.
// Must not know: what is in them.

(() => {
  /** What the program imports and exports of ours. Nothing before the program is linked. */
  const PREFIX = 'caw__';
  const imported = DEFAULT_LIBRARY_FUNCS_TO_INCLUDE.filter((name) => name.startsWith(PREFIX));
  const exported = [...WASM_EXPORTS].filter((name) => name.startsWith('caw_'));
  // Asyncify is told of what suspends C before.
  if (!imported.length) return addToLibrary({ caw__em_wait() {}, caw__em_wait__async: true });

  /** One of the package's, by its path in js; what follows is a debugger's, of the file alone. */
  const script = (path) => read(`${__dirname}/../../dist/js/${path}.js`).replace(/^\/\/# .*\n/m, '');
  const variable = (path) => `caw_${path.replaceAll(/[-/]/g, '_')}`;

  /** Where an import leads to. */
  function resolved(path, relative) {
    const to = path.split('/').slice(0, -1);
    for (const step of relative.split('/'))
      if (step === '..') to.pop();
      else if (step !== '.') to.push(step);
    return to.join('/');
  }

  const names = (list) =>
    list
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean);

  /** A module's text as the body of a function that returns its exports; what it imports are variables of other items. */
  function asFunction(path) {
    const deps = new Set();
    const given = {};
    const from = (relative) => {
      const other = resolved(path, relative);
      deps.add(other);
      return variable(other);
    };
    const body = script(path)
      .replace(
        /^import \{([^}]*)\} from '(\.[\w./-]+)\.js';$/gm,
        (_, list, other) => `const {${list.replaceAll(' as ', ': ')}} = ${from(other)};`,
      )
      .replace(/^import \* as (\w+) from '(\.[\w./-]+)\.js';$/gm, (_, own, other) => `const ${own} = ${from(other)};`)
      .replace(/^export \{([^}]*)\} from '(\.[\w./-]+)\.js';$/gm, (_, list, other) => {
        for (const own of names(list)) given[own] = `${own}: ${from(other)}.${own}`;
        return '';
      })
      .replace(/^export ((?:async )?(?:function|class|const|let) (\w+))/gm, (_, rest, own) => {
        given[own] = rest.startsWith('let') ? `get ${own}() { return ${own}; }` : own;
        return rest;
      });
    const left = /^(import|export)\b.*|\bimport\(.*/m.exec(body);
    if (left) throw new Error(`cawait: ${path}.js cannot be taken: ${left[0]}`);
    return { body, given, deps: [...deps] };
  }

  // What Emscripten suspends C by, with ours before it. JSPI's imports are those that Emscripten knows, and the program's EM_ASYNC_JS and
  // -sJSPI_IMPORTS.
  const ASYNCIFIED = `var caw_asyncify = Asyncify.handleSleep;
Asyncify.handleSleep = (start) => {
  if (Asyncify.state === Asyncify.State.Normal) caw_suspended.begins(!!Asyncify.currData);
  return caw_asyncify(start);
};`;
  const others = ASYNCIFY === 2 ? ASYNCIFY_IMPORTS_EXCEPT_JS_LIBS.map((name) => name.split('.')[1]) : [];
  const SUSPENDING = `var caw_instrument = Asyncify.instrumentWasmImports;
Asyncify.instrumentWasmImports = (imports) => {
  for (const [name, original] of Object.entries(imports))
    if (typeof original == 'function' && (original.isAsync || /^(${others
      .filter((name) => !name.startsWith('invoke_'))
      .join('|')
      .replace(/\*/g, '.*')})$/.test(name)))
      imports[name] = Object.assign(caw_suspended.suspends(original), { isAsync: true });
  return caw_instrument(imports);
};`;

  const NOT_ISOLATED =
    'cawait: this page has no threads (-pthread), as it is not cross-origin isolated: its server has to send it, and the scripts of its workers, with ' +
    'the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp';

  const library = {};
  /** What is taken, by path. */
  const taken = new Map();
  function add(path) {
    const item = `$${variable(path)}`;
    if (taken.has(path)) return item;
    const module = asFunction(path);
    taken.set(path, module);
    library[`${item}__deps`] = module.deps.map(add);
    return item;
  }

  const HERE = ['program', 'suspension']; // named in the text below
  /** As text, of each. What nobody else names is not even given out: Closure sees then that it has no use. */
  function write() {
    const words = new Map();
    for (const [path, { body }] of taken) words.set(path, new Set(body.match(/[\w$]+/g)));
    for (const [path, { body, given }] of taken) {
      const named = (name) => HERE.includes(name) || [...words].some(([other, own]) => other !== path && own.has(name));
      const list = Object.entries(given).flatMap(([name, text]) => (named(name) ? [text] : []));
      library[`$${variable(path)}`] =
        `=/** @suppress {checkTypes, const} */ (() => {\n${body}\nreturn { ${list.join(', ')} };\n})()`;
    }
  }

  /** Where the parts are. Of workers there are none: a page would start them from a file of their own. */
  const place = {};
  for (const [, part, relative] of script('load/parts').matchAll(/\b(\w+): \(\) => import\('(.*?)\.js'\)/g))
    place[part] = resolved('load/parts', relative).replace('page-web', 'web');

  // The table of js/run/app.ts, as text. Emscripten has a C library of its own.
  const all = [...imported.map((name) => `caw.${name.slice(PREFIX.length)}`), ...exported].join('\n');
  const table = [...script('run/app').matchAll(/\bwhen\(\/(.*?)\/m, parts\.(\w+)\)/g)].filter(
    ([, , part]) => part !== 'libc',
  );
  if (table.length !== 10) throw new Error('cawait: app.js has another table of what needs which part');
  const used = table.map(([, by, part]) => (new RegExp(by, 'm').test(all) ? place[part] : undefined));
  const parts = [...used.filter(Boolean), place.late, place.close];

  if (PTHREADS) parts.push('shared');
  const promises = imported.some((name) => /em_(promise|reason)/.test(name));
  const guarded = imported.some((name) => /em_(call|wait)/.test(name));
  const minimal = MINIMAL_RUNTIME ? '(code) => { if (globalThis.process) process.exitCode = code; }' : '';
  const surroundings = [
    'module: Module',
    `used: [${used.map((path) => (path ? variable(path) : 'undefined')).join(', ')}]`,
    `late: ${variable(place.late)}`,
    `close: ${variable(place.close)}`,
    'abort: (what) => caw_abort(what)',
    `exit: ${minimal || '(code) => callUserCallback(() => exitJS(code))'}`,
    ...(EXIT_RUNTIME && !MINIMAL_RUNTIME ? ['idle: () => maybeExit()'] : []),
    ...(promises ? ['promises: { of: (id) => promiseMap.has(id) ? getPromise(id) : undefined, add: addPromise }'] : []),
    ...(guarded ? ['stack: { save: () => stackSave(), restore: (to) => stackRestore(to) }'] : []),
    ...(ASYNCIFY ? ['suspended: caw_suspended'] : []),
    ...(PTHREADS
      ? [`shared: ${variable('shared')}.shared`, 'elsewhere: ENVIRONMENT_IS_PTHREAD && (() => wasmMemory)']
      : []),
  ];
  const own = [...(MINIMAL_RUNTIME ? [] : ['$callUserCallback', '$exitJS', '$maybeExit', '$keepRuntimeAlive'])];
  if (promises) own.push('$promiseMap', '$getPromise', '$addPromise');
  if (guarded) own.push('$stackSave', '$stackRestore');
  if (ASYNCIFY) {
    library.$caw_suspended = `=${variable('suspend')}.suspension(() => stackSave(), (what) => abort(what))`;
    library.$caw_suspended__deps = [add('suspend'), '$stackSave', '$Asyncify'];
    library.$caw_suspended__postset = ASYNCIFY === 1 ? ASYNCIFIED : SUSPENDING;
    own.push('$caw_suspended');
  }
  library.$caw_program = `=${variable('emscripten')}.program({ ${surroundings.join(', ')} })`;
  if (PTHREADS) {
    // Before Emscripten asks for a memory that there is not.
    library.$caw_isolated = `=(() => { if (typeof SharedArrayBuffer == 'undefined') throw new Error(${JSON.stringify(NOT_ISOLATED)}); })()`;
    own.push('$caw_isolated');
  }
  library.$caw_program__deps = [add('emscripten'), ...parts.map(add), ...own];
  // Functions declared in the script may be given others: whatever calls them, ours knows.
  const postset = [
    'var caw_abort = abort',
    'abort = /** @type {?} */ ((what) => { try { return caw_abort(what); } catch (error) { caw_program.aborted(error); throw error; } })',
  ];
  if (EXIT_RUNTIME && !MINIMAL_RUNTIME)
    postset.push('var caw_alive = keepRuntimeAlive', 'keepRuntimeAlive = () => caw_program.busy() || caw_alive()');
  library.$caw_program__postset = postset.join(';\n');

  for (const name of imported) {
    library[name] = `=caw_program.imports.${name.slice(PREFIX.length)}`;
    library[`${name}__deps`] = ['$caw_program'];
  }
  if (imported.includes('caw__em_wait')) {
    library.caw__em_wait = ASYNCIFY
      ? (id) => Asyncify.handleAsync(() => caw_program.imports.em_wait(id))
      : (id) => void caw_program.imports.em_wait(id);
    library.caw__em_wait__async = !!ASYNCIFY;
    if (ASYNCIFY) library.caw__em_wait__deps.push('$Asyncify');
  }
  const exports = ['memory: wasmMemory', ...exported.map((name) => `'${name}': _${name}`)];
  addAtPostCtor(`caw_program.begin({ ${exports.join(', ')} });`);
  addAtExit('caw_program.over(EXITSTATUS);');
  write();
  addToLibrary(library);
})();
