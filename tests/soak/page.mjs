// The page of a soak: gives run() to who drives the browser.

import { load } from '../../dist/js/index.js';
import { soak } from './soak.mjs';

const app = await load(new URL('/soak.wasm', location.href));
/** @type {any} */ (globalThis).run = (/** @type {any} */ amount) => soak(app, amount);
