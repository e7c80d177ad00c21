// Owns: cawait as a library of Emscripten's JavaScript. Emscripten evaluates this when it links: of the scripts of js/ it takes those that
// the program has a use for, as js/app.ts says by the names of imports and exports, each as an item that depends on others.
// Must not know: what is in them.

(() => {
  /** What the program imports and exports of ours. Nothing before the program is linked. */
  const PREFIX = 'caw__';
  const imported = DEFAULT_LIBRARY_FUNCS_TO_INCLUDE.filter((name) => name.startsWith(PREFIX));
  const exported = [...WASM_EXPORTS].filter((name) => name.startsWith('caw_'));
  if (!imported.length) return;

  /** One of the package's. */
  const script = (name) => read(`${__dirname}/../../dist/js/${name}.js`);
  const variable = (name) => `caw_${name.replaceAll('-', '_')}`;
  const names = (list) =>
    list
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean);

  /** A module's text as the body of a function that returns its exports; what it imports are variables of other items. */
  function asFunction(name) {
    const deps = new Set();
    const given = [];
    const from = (other) => (deps.add(other), variable(other));
    const body = script(name)
      .replace(
        /^import \{([^}]*)\} from '\.\/([\w-]+)\.js';$/gm,
        (_, list, other) => `const {${list.replaceAll(' as ', ': ')}} = ${from(other)};`,
      )
      .replace(/^import \* as (\w+) from '\.\/([\w-]+)\.js';$/gm, (_, own, other) => `const ${own} = ${from(other)};`)
      .replace(/^export \{([^}]*)\} from '\.\/([\w-]+)\.js';$/gm, (_, list, other) => {
        for (const own of names(list)) given.push(`${own}: ${from(other)}.${own}`);
        return '';
      })
      .replace(/^export ((?:async )?(?:function|class|const|let) (\w+))/gm, (_, rest, own) => {
        given.push(rest.startsWith('let') ? `get ${own}() { return ${own}; }` : own);
        return rest;
      });
    const left = /^(import|export)\b.*|\bimport\(.*/m.exec(body);
    if (left) throw new Error(`cawait: ${name}.js cannot be taken: ${left[0]}`);
    return {
      text: `/** @suppress {checkTypes, const} */ (() => {\n${body}\nreturn { ${given.join(', ')} };\n})()`,
      deps: [...deps],
    };
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

  const library = {};
  function add(name) {
    const item = `$${variable(name)}`;
    if (item in library) return item;
    const { text, deps } = asFunction(name);
    library[item] = `=${text}`;
    library[`${item}__deps`] = deps.map(add);
    return item;
  }

  // The table of js/app.ts, as text. Emscripten has a C library of its own.
  const all = [...imported.map((name) => `caw.${name.slice(PREFIX.length)}`), ...exported].join('\n');
  const table = [...script('app').matchAll(/\bwhen\(\/(.*?)\/m, parts\.(\w+)\)/g)].filter(
    ([, , part]) => part !== 'libc',
  );
  if (table.length !== 10) throw new Error('cawait: app.js has another table of what needs which part');
  const used = table.map(([, by, part]) => (new RegExp(by, 'm').test(all) ? part : undefined));
  const parts = [...used.filter(Boolean), 'late', 'close'];

  const minimal = MINIMAL_RUNTIME ? '(code) => { if (globalThis.process) process.exitCode = code; }' : '';
  const surroundings = [
    'module: Module',
    `used: [${used.map((name) => (name ? variable(name) : 'undefined')).join(', ')}]`,
    `late: ${variable('late')}`,
    `close: ${variable('close')}`,
    'abort: (what) => caw_abort(what)',
    `exit: ${minimal || '(code) => callUserCallback(() => exitJS(code))'}`,
    ...(EXIT_RUNTIME && !MINIMAL_RUNTIME ? ['idle: () => maybeExit()'] : []),
    ...(ASYNCIFY ? ['suspended: caw_suspended'] : []),
  ];
  const own = [...(MINIMAL_RUNTIME ? [] : ['$callUserCallback', '$exitJS', '$maybeExit', '$keepRuntimeAlive'])];
  if (ASYNCIFY) {
    library.$caw_suspended = `=${variable('suspend')}.suspension(() => stackSave(), (what) => abort(what))`;
    library.$caw_suspended__deps = [add('suspend'), '$stackSave', '$Asyncify'];
    library.$caw_suspended__postset = ASYNCIFY === 1 ? ASYNCIFIED : SUSPENDING;
    own.push('$caw_suspended');
  }
  library.$caw_program = `=${variable('emscripten')}.program({ ${surroundings.join(', ')} })`;
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
  const exports = ['memory: wasmMemory', ...exported.map((name) => `'${name}': _${name}`)];
  addAtPostCtor(`caw_program.begin({ ${exports.join(', ')} });`);
  addAtExit('caw_program.over(EXITSTATUS);');
  addToLibrary(library);
})();
