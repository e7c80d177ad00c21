import { hello } from './app.c';

const form = document.querySelector('form');
const output = document.querySelector('#output');

async function greet() {
  output.textContent = await hello(new FormData(form).get('name'));
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  greet();
});
greet();
