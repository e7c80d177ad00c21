// What every bundler is given: functions of C, by name.
import app, { greet } from './app.c';

const output = document.getElementById('output');
const print = (text) => (output.textContent = text);
try {
  const first = await greet('C');
  const second = await greet('C');
  print(`${first}; ${second}; ${Object.keys(app.exports)}`);
} catch (error) {
  print(`${error}`);
}
document.title = 'done';
