// The cache of what was built: where it is, that it is bounded, and that it is never in the way.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, utimesSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { bound, cacheFolder } from '../../wasm/toolchain/cache.mjs';
import { project } from './project.mjs';

const CACHE = join(import.meta.dirname, '../../wasm/toolchain/cache.mjs');

/** Runs a script with a cache folder of its own; what it prints. @param {string} folder @param {string} script @param {string} [limit] */
function withCache(folder, script, limit = '256') {
  const env = { ...process.env, CAWAIT_CACHE: folder, CAWAIT_CACHE_LIMIT: limit };
  const code = `import { cached } from ${JSON.stringify(CACHE)};\n${script}`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', code], { env, encoding: 'utf8' });
}

test("the folder is the user's, as each system has it", () => {
  const cases = /** @type {[Record<string, string>, string, string][]} */ ([
    [{}, 'linux', '/people/u/.cache/cawait/builds'],
    [{ XDG_CACHE_HOME: '/var/u' }, 'linux', '/var/u/cawait/builds'],
    [{ XDG_CACHE_HOME: 'relative' }, 'linux', '/people/u/.cache/cawait/builds'],
    [{ XDG_CACHE_HOME: '/var/u' }, 'darwin', '/people/u/Library/Caches/cawait/builds'],
    [{ LOCALAPPDATA: '/people/u/Local' }, 'win32', '/people/u/Local/cawait/builds'],
    [{ CAWAIT_CACHE: '/chosen', XDG_CACHE_HOME: '/var/u' }, 'linux', '/chosen'],
  ]);
  for (const [env, platform, expected] of cases) assert.equal(cacheFolder(env, platform, '/people/u'), expected);
});

test('what was made is not made again, by another process either; what differs in anything is', () => {
  const { at } = project({});
  const script = `
    const make = (...parts) => cached(parts, async () => (process.stdout.write('made '), Buffer.from(parts.join())));
    for (const parts of [['a', 'bc'], ['ab', 'c'], ['a', 'bc'], [new Uint8Array([97]), 'bc']]) await make(...parts);`;
  assert.equal(withCache(at('cache'), script), 'made made ');
  assert.equal(withCache(at('cache'), script), '');
  assert.equal(readdirSync(at('cache')).length, 2);
});

test('processes that make the same at once, and a reader: no half entry is seen, nothing is left over', () => {
  const { at } = project({});
  const script = `

    const size = 3_000_000;
    const one = () => cached(['same'], async () => Buffer.alloc(size, 1));
    if (process.env.CHILD) process.exitCode = (await one()).every((byte) => byte === 1) && (await one()).length === size ? 0 : 1;
    else {
      const { spawn } = await import('node:child_process');
      const runs = Array.from({ length: 4 }, () => new Promise((resolve) =>
        spawn(process.execPath, [...process.execArgv], { env: { ...process.env, CHILD: '1' }, stdio: 'inherit' }).on('close', resolve)));
      console.log((await Promise.all(runs)).join());
    }`;
  assert.equal(withCache(at('cache'), script).trim(), '0,0,0,0');
  assert.equal(readdirSync(at('cache')).length, 1);
});

test('a cache that cannot be written costs time, and nothing else', () => {
  const { at } = project({ file: '' });
  const script = `process.stdout.write(String(await cached(['a'], async () => Buffer.from('made'))));`;
  assert.equal(withCache(at('file/below'), script), 'made');
});

test('beyond the limit what was not used for longest is given up', () => {
  const { at, write } = project({});
  for (const n of [1, 2, 3, 4]) {
    write(`cache/${n}`, new Uint8Array(100));
    utimesSync(at(`cache/${n}`), n, n);
  }
  bound(at('cache'), 400);
  assert.equal(readdirSync(at('cache')).length, 4);
  bound(at('cache'), 399);
  assert.deepEqual(readdirSync(at('cache')), ['3', '4']);
  // What is read is used: the entry is old by its time, and read; the next that is written makes room.
  const script = `
    import { readdirSync, utimesSync } from 'node:fs';
    const folder = process.env.CAWAIT_CACHE;
    const make = (name) => cached([name], async () => Buffer.alloc(500_000));
    await make('kept');
    const [kept] = readdirSync(folder).filter((name) => name.length === 64);
    utimesSync(folder + '/' + kept, 1, 1);
    await make('kept');
    console.log(kept);`;
  const kept = withCache(at('cache'), script, '1').trim();
  write('cache/big', new Uint8Array(800_000));
  utimesSync(at('cache/big'), 1000, 1000);
  withCache(at('cache'), `await cached(['new'], async () => Buffer.alloc(10));`, '1');
  assert.ok(existsSync(at(`cache/${kept}`)) && !existsSync(at('cache/big')), readdirSync(at('cache')).join());
  assert.equal(readFileSync(at(`cache/${kept}`)).length, 500_000);
});
