// What every bundler is given: functions of C, by name.
import app, { calls_so_far, greet } from './app.c';
import { calls_so_far as others } from './app.c?other';
import { twice } from './app.cpp';

const output = document.getElementById('output');
const print = (text) => (output.textContent = text);
try {
  const first = await greet('C');
  const second = await greet('C');
  print(`${first}; ${second}; ${calls_so_far()} ${others()} ${twice(21)}`);
} catch (error) {
  print(`${error}`);
}
document.title = 'done';
