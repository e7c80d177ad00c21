// Vite on a server, in development and built, and a library of its: the C file runs in Node.
import { resolve } from 'node:path';
import { build, createServer } from 'vite';
const server = await createServer({ server: { middlewareMode: true }, appType: 'custom', logLevel: 'error' });
const { greet, calls_so_far } = await server.ssrLoadModule('/src/app.c');
console.log(await greet('server'), calls_so_far());
await server.close();

const options = { ssr: 'src/app.c', outDir: 'dist/ssr', target: 'es2022' };
await build({ build: options, logLevel: 'error' });
const built = await import(resolve('dist/ssr/app.js'));
console.log(await built.greet('build'));

const lib = { entry: 'src/app.c', formats: ['es'], fileName: 'app' };
await build({ build: { lib, outDir: 'dist/lib', target: 'es2022', copyPublicDir: false }, logLevel: 'error' });
const library = await import(resolve('dist/lib/app.js'));
console.log(await library.greet('library'));
