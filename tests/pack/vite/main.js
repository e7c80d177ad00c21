// A page built by Vite: the package by its name, a module of the user's own and one of the package's demos by their URLs.
import { load } from 'cawait';
import demo from 'cawait/demos/crawler.wasm?url';

const output = document.getElementById('output');
const print = (line) => (output.textContent += `${line}\n`);
try {
  const app = await load(new URL('./consumer.wasm', import.meta.url), { print });
  print(`exit ${await app.done}`);
  const { length } = WebAssembly.Module.exports(await WebAssembly.compileStreaming(fetch(demo)));
  print(`the demo exports ${length > 0 ? 'functions' : 'nothing'}`);
} catch (error) {
  print(`${error}`);
}
document.title = 'done';
