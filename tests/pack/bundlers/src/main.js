// What every bundler is given: functions of C, by name.
import app, { calls_so_far, greet } from './app.c';

const output = document.getElementById('output');
const print = (text) => (output.textContent = text);
try {
  const first = await greet('C');
  const second = await greet('C');
  print(`${first}; ${second}; ${calls_so_far()}`);
} catch (error) {
  print(`${error}`);
}
document.title = 'done';
