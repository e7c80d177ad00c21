// Builds src/main.js with one bundler, for production: node build.mjs NAME, into dist/NAME, beside page.html.
import { copyFileSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

const options = { flags: ['-Ilib', 'lib/shout.c'] };
const name = process.argv[2];
const folder = resolve('dist', name);

const BUNDLERS = {
  async vite() {
    const [{ build }, { default: cawait }] = await Promise.all([import('vite'), import('cawait/vite')]);
    await build({ plugins: [cawait(options)], build: { outDir: folder, target: 'es2022' }, logLevel: 'warn' });
  },
  async rollup() {
    const [{ rollup }, { default: cawait }] = await Promise.all([import('rollup'), import('cawait/rollup')]);
    const resolver = {
      name: 'resolver',
      resolveId: (id) => (id === 'cawait' ? resolve('node_modules/cawait/dist/js/index.js') : null),
    };
    const bundle = await rollup({ input: 'src/main.js', plugins: [resolver, cawait(options)] });
    await bundle.write({ dir: folder, format: 'es' });
  },
  async esbuild() {
    const [{ build }, { default: cawait }] = await Promise.all([import('esbuild'), import('cawait/esbuild')]);
    await build({
      entryPoints: ['src/main.js'],
      bundle: true,
      minify: true,
      format: 'esm',
      splitting: true,
      outdir: folder,
      plugins: [cawait(options)],
    });
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
  const output = { path: folder, filename: 'main.js', module: true, chunkFormat: 'module' };
  const config = {
    mode: 'production',
    entry: './src/main.js',
    output,
    experiments: { outputModule: true },
    plugins: [new CawaitPlugin(options)],
  };
  const stats = await new Promise((done, fail) =>
    bundler(config, (error, result) => (error ? fail(error) : done(result))),
  );
  if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
}

await BUNDLERS[name]();
mkdirSync(folder, { recursive: true });
if (name !== 'vite') copyFileSync('page.html', resolve(folder, 'index.html'));
