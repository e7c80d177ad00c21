import { load } from 'cawait';

/** @typedef {import('./app.wasm').Exports} Exports  npm run build writes it */
const app = await load(new URL('./app.wasm', import.meta.url));
console.log(await app.exports.hello(process.argv[2] ?? 'you'));
