// The page of devtools.mjs: it gives the program's function to whoever asks.

import { load } from '../../dist/js/index.js';

const app = await load(new URL('devtools.wasm', location.href));
Object.assign(globalThis, { settle: app.exports['settle'] });
