// What every bundler is given: functions of C, by name.
import app, { calls_so_far, greet } from './app.c';
import { calls_so_far as others } from './app.c?other';
import { twice } from './app.cpp';

const output = document.getElementById('output');
const print = (text) => (output.textContent = text);
/** Where the bundler makes workers of their addresses. */
async function fromWorker() {
  if (!('workers' in document.documentElement.dataset)) return '';
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  const { data } = await new Promise((resolve, reject) =>
    Object.assign(worker, { onmessage: resolve, onerror: reject }),
  );
  return ` ${data}`;
}

try {
  const first = await greet('C');
  const second = await greet('C');
  print(`${first}; ${second}; ${calls_so_far()} ${others()} ${twice(21)}${await fromWorker()}`);
} catch (error) {
  print(`${error}`);
}
document.title = 'done';
