// Owns: `import { f } from './app.c'` in Rspack: what it takes is webpack's.
// Must not know: anything of Rspack that webpack has not.

export { default, type Plugin, type PluginOptions } from './webpack.ts';
