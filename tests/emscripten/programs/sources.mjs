// Programs that nobody here wrote: sqlite3, Lua and zlib, of Debian's source packages. `node tests/emscripten/programs/sources.mjs` fetches
// them, once, into the cache folder: .ci/run does.
// It must not know what is made of them.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { CACHE } from '../../engines.mjs';

/** A folder for each. */
export const SOURCES = join(CACHE, 'programs');

/** What a user is told who has none. */
export const remedy = () =>
  existsSync(SOURCES)
    ? null
    : 'the sources of sqlite3, Lua and zlib: node tests/emscripten/programs/sources.mjs, with the tree that .ci/run makes (as root)';

const TREE = join(CACHE, 'sid');
const PACKAGES = { sqlite3: 'sqlite', 'lua5.4': 'lua', zlib: 'zlib' };

/** The packages as they are published, without Debian's changes, unpacked into the folder. @param {string} folder */
function fetched(folder) {
  // The tree's apt has Debian's keys; the list of sources, which is long, is not kept.
  const outside = mkdtempSync(join(TREE, 'srv/cawait-sources-'));
  const inside = outside.slice(TREE.length);
  try {
    const binaries = readFileSync(join(TREE, 'etc/apt/sources.list'), 'utf8');
    writeFileSync(join(outside, 'sources.list'), binaries.replace(/^deb /gm, 'deb-src '));
    mkdirSync(join(outside, 'lists/partial'), { recursive: true });
    const settings = {
      'Dir::Etc::SourceList': `${inside}/sources.list`,
      'Dir::State::Lists': `${inside}/lists`,
      'Acquire::Languages': 'none',
      'Acquire::Check-Valid-Until': 'false', // an old mirror's will do
      'APT::Sandbox::User': 'root', // the folder is root's
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    const apt = (/** @type {string[]} */ ...args) =>
      execFileSync('chroot', [TREE, 'env', '-C', inside, 'apt-get', '-q', ...options, ...args], { stdio: 'pipe' });
    apt('update');
    apt('source', '--download-only', '--tar-only', ...Object.keys(PACKAGES));
    for (const [name, short] of Object.entries(PACKAGES)) {
      const archive = readdirSync(outside).find((file) => file.startsWith(`${name}_`) && /\.orig\.tar\./.test(file));
      mkdirSync(join(folder, short));
      execFileSync('tar', ['-xf', join(outside, archive ?? ''), '-C', join(folder, short), '--strip-components=1']);
    }
  } finally {
    rmSync(outside, { recursive: true });
  }
}

/** sqlite's one file, which its own build makes. @param {string} from */
function amalgamated(from) {
  const options = { cwd: from, stdio: /** @type {const} */ ('pipe'), env: { ...process.env, CC: 'clang-19' } };
  execFileSync('./configure', ['--disable-tcl', '--disable-readline', 'CC_FOR_BUILD=clang-19'], options);
  execFileSync('make', [`-j${Math.min(2, cpus().length)}`, 'sqlite3.c'], options);
}

function main() {
  if (existsSync(SOURCES)) return;
  if (!existsSync(TREE)) throw new Error(`${TREE} is not there: .ci/run makes it`);
  const draft = `${SOURCES}.draft`;
  rmSync(draft, { recursive: true, force: true });
  const whole = join(draft, 'whole');
  mkdirSync(whole, { recursive: true });
  fetched(whole);
  amalgamated(join(whole, 'sqlite'));
  const folders = { sqlite: 'sqlite', lua: 'lua/src', zlib: 'zlib' };
  for (const [name, from] of Object.entries(folders))
    for (const file of readdirSync(join(whole, from)).filter((file) => /^[\w]+\.[ch]$/.test(file)))
      cpSync(join(whole, from, file), join(draft, name, file));
  rmSync(whole, { recursive: true });
  renameSync(draft, SOURCES);
}

if (process.argv[1] === import.meta.filename) main();
