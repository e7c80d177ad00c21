// The gallery page: the list of lessons, the one that is chosen with its sources, and its run.
// It owns which lesson is shown (the address's #number) and when it runs; drawing is timeline.js's and output.js's, running run.mjs's.

import { plural } from '../crawler/format.mjs';
import { Trace, run } from '../gallery/run.mjs';
import { animate } from './animate.js';
import { element, make } from './dom.js';
import { Output } from './output.js';
import { showSource } from './source.js';
import { Timeline } from './timeline.js';

/** @import { Lesson } from '../gallery/build.mjs' */
/** @import { Task } from '../gallery/run.mjs' */

const FOLDER = '/lessons/';

const contents = element('contents', HTMLDetailsElement);
const list = element('lessons', HTMLOListElement);
const form = element('controls', HTMLFormElement);
const button = element('run', HTMLButtonElement);
const summary = element('summary', HTMLElement);
const wide = matchMedia('(min-width: 961px)');
const output = new Output();

/** A lesson that takes no time by its virtual clock has its tasks drawn by the order of their steps. */
let bySteps = false;

/** @type {Timeline<Task>} */
const timeline = new Timeline({
  name: (task) => `${task.coroutine} ${task.name}`,
  title: (task) => [`${task.coroutine}, ${task.name}: ${task.state}`, task.reason].filter(Boolean).join(', '),
  result(task) {
    const { end } = task.spans[task.spans.length - 1];
    if (task.state === 'waiting' || task.state === 'running') return [['', task.state]];
    return [
      ['time', `${end.toFixed(1)} s`],
      ['', task.reason],
    ];
  },
  follow: (task) => task.state === 'running' || task.state === 'waiting',
  spans: ({ spans }) => (bySteps ? spans.map(({ from, to, ...span }) => ({ ...span, start: from, end: to })) : spans),
  // In a narrow column five labels have room for their numbers only.
  tick: (value) => (!bySteps ? `${value} s` : value === 0 ? 'step' : Number.isInteger(value) ? `${value + 1}` : ''),
});

/** @type {Lesson[]} */
let lessons = [];
/** @type {Lesson | undefined} */
let chosen;
/** The present run, and how to stop it. @type {{ stop: AbortController, over: Promise<void> } | null} */
let running = null;

/** @param {string} text @param {boolean} [bad] */
function say(text, bad = false) {
  summary.classList.toggle('trouble', bad);
  summary.textContent = text;
}

/* ---- The run -------------------------------------------------------------------------------------------------------- */

/** @param {Lesson} lesson @param {AbortSignal} signal */
async function play(lesson, signal) {
  const clock = String(new FormData(form).get('clock'));
  const real = clock === 'real';
  const trace = new Trace();
  bySteps = false;
  output.clear();
  timeline.clear();
  button.textContent = 'Stop';
  say(real ? 'Running…' : '');
  const stop = animate((final) => {
    bySteps = final && !real && trace.elapsed === 0;
    if (real || final) timeline.draw(bySteps ? trace.steps : final ? trace.elapsed : trace.now());
    output.draw(real);
  });
  const begun = performance.now();
  try {
    const status = await run(`${FOLDER}${lesson.name}.${clock}.wasm`, trace, {
      files: lesson.files,
      onLine: (line) => output.add(line),
      onTask: (task) => timeline.touch(task),
      signal,
    });
    const took = performance.now() - begun;
    const what = `${plural(trace.lines.length, 'line')}, ${plural(trace.tasks.length, 'task')}`;
    const time = `${trace.elapsed.toFixed(1)} s` + (real ? '' : ` of virtual time in ${Math.ceil(took)} ms`);
    say(`${status ? `Ended with status ${status}` : 'Finished'}: ${what}, ${time}.`, status !== 0);
  } catch (error) {
    if (signal.aborted) say(`Stopped after ${trace.elapsed.toFixed(1)} s.`);
    else say(String(error), true);
  } finally {
    stop();
    button.textContent = 'Run';
  }
}

/** Ends the run, if there is one; one realm runs one lesson at a time. */
async function halt() {
  running?.stop.abort();
  await running?.over;
}

async function start() {
  const lesson = chosen;
  if (!lesson || running) return;
  const stop = new AbortController();
  running = { stop, over: play(lesson, stop.signal) };
  await running.over;
  running = null;
}

/* ---- The lesson ------------------------------------------------------------------------------------------------------ */

/** @param {Lesson} lesson */
const address = (lesson) => `#${String(lesson.number).padStart(2, '0')}`;

/** @param {string} id @param {Lesson | undefined} lesson */
function point(id, lesson) {
  const link = element(id, HTMLAnchorElement);
  if (lesson) link.href = address(lesson);
  else link.removeAttribute('href');
  link.setAttribute('aria-disabled', String(!lesson));
}

/** @param {Lesson} lesson */
async function show(lesson) {
  if (lesson === chosen) return;
  chosen = lesson;
  await halt();
  if (lesson !== chosen) return;
  const index = lessons.indexOf(lesson);
  const [, ...words] = lesson.name.split('-');
  const where = lesson.network ? '; in a page over a simulated network, as there are no sockets' : '';
  element('number', HTMLElement).textContent = `Lesson ${lesson.number}: ${words.join(' ')}${where}`;
  element('sentence', HTMLElement).textContent = lesson.sentence;
  document.title = `${lesson.number}. ${words.join(' ')} – asyncio’s lessons, in C`;
  element('ours-title', HTMLElement).textContent = `${lesson.name}.c`;
  element('theirs-title', HTMLElement).textContent = `${lesson.name}.py`;
  point('previous', lessons[index - 1]);
  point('next', lessons[index + 1]);
  const link = links()[index];
  list.querySelector('[aria-current]')?.removeAttribute('aria-current');
  link.setAttribute('aria-current', 'true');
  link.scrollIntoView({ block: 'nearest' });
  stand(link);
  if (!wide.matches) contents.open = false;
  output.clear('What the lesson prints appears here, each line with its time.');
  timeline.clear('The tasks appear here as they are made.');
  say('Ready.');
  button.disabled = false;
  const [c, py] = ['c', 'py'].map((id) => element(id, HTMLPreElement));
  c.scrollTop = py.scrollTop = 0;
  const ours = showSource(c, `${FOLDER}${lesson.name}.c`);
  if (lesson.original) await showSource(py, `${FOLDER}${lesson.name}.py`);
  else py.textContent = 'This lesson has no original.';
  await ours;
}

const links = () => [...list.querySelectorAll('a')];

/** The list is one place in the order of Tab: this link of it. @param {HTMLAnchorElement} link */
function stand(link) {
  for (const other of links()) other.tabIndex = other === link ? 0 : -1;
}

/** The lesson that the address names, or the first one. */
function route() {
  const number = Number(location.hash.slice(1));
  const lesson = lessons.find((lesson) => lesson.number === number) ?? lessons[0];
  if (lesson) show(lesson);
}

/** Arrows, Home and End go through the list. @param {KeyboardEvent} event */
function walk(event) {
  const all = links();
  const at = all.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement));
  /** @type {Record<string, number>} */
  const goals = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
  const goal = all[goals[event.key]];
  if (at < 0 || !goal) return;
  event.preventDefault();
  stand(goal);
  goal.focus();
}

function fill() {
  list.append(
    ...lessons.map((lesson) => {
      const link = make('a');
      link.href = address(lesson);
      link.append(make('b', '', String(lesson.number)), make('span', '', lesson.sentence));
      const item = make('li');
      item.append(link);
      return item;
    }),
  );
}

/** On a wide page the list stands beside the lesson; on a narrow one it is opened to choose from. */
function fold() {
  contents.open = wide.matches;
}

fold();
wide.addEventListener('change', fold);
list.addEventListener('keydown', walk);
window.addEventListener('hashchange', route);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (running) halt();
  else start();
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') halt();
});

try {
  const response = await fetch(`${FOLDER}lessons.json`);
  if (!response.ok) throw new Error(`status ${response.status}; they are built by npm run web`);
  lessons = await response.json();
  fill();
  route();
} catch (error) {
  element('sentence', HTMLElement).textContent = 'No lessons';
  say(`The lessons did not load: ${error}`, true);
}
