// A plain Node program that uses the installed package: node app.mjs module.wasm
import { load } from 'cawait';
import { cmake_dir, flags, include_dir, lib_dir, rsp } from 'cawait/build';
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

await Promise.all([cmake_dir, include_dir, lib_dir, rsp].map((path) => access(path)));
const installed = createRequire(import.meta.url)('cawait/package.json').version; // and require finds the package too
console.log(`cawait ${installed}, ${flags.length} flags`);

const app = await load(pathToFileURL(process.argv[2]));
process.exitCode = await app.done;
