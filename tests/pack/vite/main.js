// A page built by Vite: the package by its name, a module of the user's own by its URL.
import { load } from 'cawait';

const output = document.getElementById('output');
const print = (line) => (output.textContent += `${line}\n`);
try {
  const app = await load(new URL('./consumer.wasm', import.meta.url), { print });
  print(`exit ${await app.done}`);
} catch (error) {
  print(`${error}`);
}
document.title = 'done';
