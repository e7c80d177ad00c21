// Builds src/main.js with one bundler into dist/NAME, beside page.html: node build.mjs NAME, for production; with --watch, for development,
// whenever a file changes; each build then says "built" or "refused: why". With --node, for a server: webpack and Rspack, which know of any.
import { copyFileSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

const options = { flags: ['-Ilib', 'lib/shout.c'] };
const [name, how] = process.argv.slice(2);
const watching = how === '--watch';
const onServer = how === '--node';
const folder = resolve('dist', onServer ? `${name}-node` : name);
const say = (error) => console.log(error ? `refused: ${`${error.message ?? error}`.replaceAll('\n', ' ')}` : 'built');

const BUNDLERS = {
  async vite() {
    const [{ build }, { default: cawait }] = await Promise.all([import('vite'), import('cawait/vite')]);
    await build({ plugins: [cawait(options)], build: { outDir: folder, target: 'es2022' }, logLevel: 'warn' });
  },
  async rollup() {
    const [{ rollup, watch }, { default: cawait }] = await Promise.all([import('rollup'), import('cawait/rollup')]);
    const resolver = {
      name: 'resolver',
      resolveId: (id) => (id === 'cawait' ? resolve('node_modules/cawait/dist/js/index.js') : null),
    };
    const config = { input: 'src/main.js', plugins: [resolver, cawait(options)] };
    const output = { dir: folder, format: 'es' };
    if (!watching) return (await rollup(config)).write(output);
    watch({ ...config, output }).on('event', ({ code, error, result }) => {
      if (code === 'BUNDLE_END' || code === 'ERROR') say(error);
      result?.close();
    });
  },
  async esbuild() {
    const [{ build, context }, { default: cawait }] = await Promise.all([import('esbuild'), import('cawait/esbuild')]);
    const teller = { name: 'teller', setup: ({ onEnd }) => onEnd(({ errors }) => say(errors[0]?.text)) };
    const config = {
      entryPoints: ['src/main.js'],
      bundle: true,
      minify: !watching,
      format: 'esm',
      splitting: true,
      outdir: folder,
      plugins: [cawait(options), ...(watching ? [teller] : [])],
      logLevel: watching ? 'silent' : 'warning',
    };
    if (!watching) return build(config);
    await (await context(config)).watch();
  },
  async webpack() {
    const [{ default: webpack }, { default: CawaitPlugin }] = await Promise.all([
      import('webpack'),
      import('cawait/webpack'),
    ]);
    await packed(webpack, CawaitPlugin);
  },
  async rspack() {
    const [{ rspack }, { default: CawaitPlugin }] = await Promise.all([
      import('@rspack/core'),
      import('cawait/rspack'),
    ]);
    await packed(rspack, CawaitPlugin);
  },
};

async function packed(bundler, CawaitPlugin) {
  const compiler = bundler({
    mode: watching ? 'development' : 'production',
    devtool: false,
    ...(onServer
      ? { target: 'node20', entry: './src/node.js', output: { path: folder, filename: 'main.cjs' } }
      : {
          entry: './src/main.js',
          output: { path: folder, filename: 'main.js', module: true, chunkFormat: 'module' },
          experiments: { outputModule: true },
        }),
    plugins: [new CawaitPlugin(options)],
  });
  const refusal = (error, stats) =>
    error ?? (stats.hasErrors() ? new Error(stats.toString({ all: false, errors: true })) : null);
  if (watching) compiler.watch({}, (error, stats) => say(refusal(error, stats)));
  else
    await new Promise((done, fail) =>
      compiler.run((error, stats) => (refusal(error, stats) ? fail(refusal(error, stats)) : done(stats))),
    );
}

mkdirSync(folder, { recursive: true });
if (name !== 'vite') copyFileSync('page.html', resolve(folder, 'index.html'));
await BUNDLERS[name]();
