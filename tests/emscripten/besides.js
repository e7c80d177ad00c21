// What is asked of beside.c, in Node and in pages: one string a mistake. A plain script, for both. `files`: what is mounted, NODEFS of `folder`
// (in Node) or IDBFS (in pages).

globalThis.caw_checks = async (Module, { files, folder, fetch = false }) => {
  const wrong = [];
  const check = (what, good) => good || wrong.push(what);
  const { FS } = Module;

  check('the frames of a main loop', (await Module.main_loop()) === 5);
  check('what main() has begun, that never returned', Module.background_ran() === 1);
  check("main()'s EM_ASM", globalThis.caw_em_asm === 'from main');
  check('EM_ASM', (await Module.em_asm(41)) === 42);
  check('a callback of emscripten_async_call', (await Module.callback()) === 42);

  await Module.save('/here.txt', 'in memory');
  check('a file', (await Module.saved('/here.txt')) === 'in memory');
  const missing = await Module.saved('/none.txt').catch((error) => error);
  check(`no file: ${missing}`, missing.name === 'OSError' && /no \/none\.txt/.test(missing.message));

  if (files) {
    FS.mkdir('/disk');
    FS.mount(Module[files], folder ? { root: folder } : {}, '/disk');
    await Module.save('/disk/note.txt', `by ${files}`);
    if (files === 'IDBFS') {
      const sync = (populate) => new Promise((done, failed) => FS.syncfs(populate, (e) => (e ? failed(e) : done())));
      await sync(false);
      FS.unmount('/disk');
      FS.mount(Module.IDBFS, {}, '/disk');
      await sync(true);
    }
    check(files, (await Module.saved('/disk/note.txt')) === `by ${files}`);
  }

  if (fetch) {
    const page = await (await globalThis.fetch('/?besides')).arrayBuffer();
    check('emscripten_fetch', (await Module.size_of('/?besides')) === page.byteLength);
    const failed = await Module.size_of('/none').catch((error) => error);
    check(`emscripten_fetch that fails: ${failed}`, failed.name === 'OSError' && /\/none: 404/.test(failed.message));
  }

  const { bytes, ...left } = Module.cawait.stats();
  check(
    `nothing left: ${JSON.stringify(left)}`,
    Object.values(left).every((count) => count === 0),
  );
  return wrong;
};
