// What is asked of gzip.c, in Node and in pages: one string a mistake. A plain script, for both. `origin`: of programs/server.mjs.

globalThis.caw_checks = async (Module, { origin }) => {
  const wrong = [];
  const check = (what, good) => good || wrong.push(what);
  const fetched = (path) => fetch(origin + path);
  const unpacked = (stream) => new Response(stream.pipeThrough(new DecompressionStream('gzip'))).text();
  const rejection = (promise) => promise.then(String, (error) => error);
  const { gzip } = Module;

  const text = await (await fetched('/text')).text();
  for (const level of [0, 1, 9])
    check(`level ${level}`, (await unpacked(await gzip(`${origin}/text`, level))) === text);
  const packed = await new Response(await gzip(`${origin}/text`, 9)).arrayBuffer();
  check(`it is smaller: ${packed.byteLength} of ${text.length}`, packed.byteLength < text.length / 4);
  check('nothing, packed', (await unpacked(await gzip(`${origin}/empty`, 6))) === '');
  check(
    'two at once',
    (await Promise.all([1, 9].map(async (n) => unpacked(await gzip(`${origin}/text`, n))))).every((t) => t === text),
  );

  const level = await rejection(gzip(`${origin}/text`, 10));
  check(`no level: ${level}`, level.name === 'ValueError');
  const missing = await rejection(gzip(`${origin}/missing`, 6));
  check(`nothing there: ${missing}`, missing.name === 'OSError' && /404/.test(missing.message));
  const broken = await rejection(unpacked(await gzip(`${origin}/broken`, 6)));
  check(`a body that breaks: ${broken}`, broken instanceof Error);

  // A body without end: what is not read is not fetched, beyond what the host holds (Chromium 64 MB); who cancels it ends the transfer.
  const state = async () => (await fetched('/endless/state')).json();
  const stream = await gzip(`${origin}/endless`, 0);
  const reader = stream.getReader();
  check('a part', (await reader.read()).value.length > 0);
  let before, now;
  for (let same = 0; same < 5; same = before?.sent === now.sent ? same + 1 : 0) {
    [before, now] = [now, await state()];
    if (now.sent > 2 ** 28) break;
    await new Promise((done) => setTimeout(done, 20));
  }
  check(`nobody reads: ${now.sent} bytes`, now.open && now.sent < 2 ** 27);
  let read = 0;
  while (read < now.sent) read += (await reader.read()).value.length;
  while ((await state()).sent === now.sent);
  await reader.cancel();
  while ((await state()).open);

  while (Module.cawait.stats().frames) await new Promise((done) => setTimeout(done));
  const { calls, handles, promises } = Module.cawait.stats();
  check(`nothing left: ${JSON.stringify(Module.cawait.stats())}`, !(calls + handles + promises));
  return wrong;
};
