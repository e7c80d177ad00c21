// The page of hello.c: with the loader, as a bundler ships it, its size is a row.

import { load } from '../../dist/js/index.js';

const app = await load(new URL('hello.wasm', location.href));
document.title = await app.exports['hello']?.('world');
