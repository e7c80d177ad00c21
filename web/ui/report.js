// The numbers of a crawl: the live counts, the sentence that is read out, and the table of all pages.
// It reads a Crawl and draws no bars.

import { describe, duration } from '../crawler/events.mjs';
import { bytes, place, plural, seconds } from '../crawler/format.mjs';
import { element, make } from './dom.js';

/** @import { Crawl, Task } from '../crawler/events.mjs' */

const TABLE_STEP = 500;

export class Report {
  #summary = element('summary', HTMLElement);
  #details = element('report', HTMLDetailsElement);
  #body = element('report-rows', HTMLTableSectionElement);
  #counts = new Map(
    ['pages', 'found', 'flight', 'bytes', 'retries', 'errors', 'elapsed'].map((id) => [
      id,
      element(`count-${id}`, HTMLElement),
    ]),
  );
  /** @type {Crawl | null} */
  #crawl = null;
  #tableDrawn = 0;

  constructor() {
    this.#details.addEventListener('toggle', () => this.#drawTable());
  }

  clear() {
    this.#crawl = null;
    this.#body.replaceChildren();
  }

  /** What the status line says; screen readers read it out, so it changes seldom. @param {string} text */
  say(text) {
    this.#summary.classList.remove('trouble');
    this.#summary.textContent = text;
  }

  /** @param {string} text */
  complain(text) {
    this.say(text);
    this.#summary.classList.add('trouble');
  }

  /** @param {Crawl} crawl @param {string} how */
  conclude(crawl, how) {
    const reasons = [...crawl.errors].map(([reason, count]) => `${count} ${reason}`).join(', ');
    const parts = [
      `${plural(crawl.done, 'page')}, ${bytes(crawl.bytes)} in ${seconds(crawl.elapsed)}`,
      `at most ${crawl.mostInFlight} at once`,
    ];
    if (crawl.failed) parts.push(`${crawl.failed} failed (${reasons})`);
    if (crawl.cancelled) parts.push(`${crawl.cancelled} cancelled`);
    this.say(`${how}: ${parts.join('; ')}.`);
  }

  /** @param {Crawl} crawl @param {number} now @param {boolean} final */
  draw(crawl, now, final) {
    this.#crawl = crawl;
    this.#set('pages', String(crawl.done));
    this.#set('found', String(crawl.found));
    this.#set('flight', String(crawl.inFlight));
    this.#set('bytes', bytes(crawl.bytes));
    this.#set('retries', String(crawl.retries));
    this.#set('errors', String(crawl.failed));
    this.#set('elapsed', `${now.toFixed(1)} s`);
    this.#counts.get('errors')?.classList.toggle('bad', crawl.failed > 0);
    if (final || performance.now() - this.#tableDrawn > TABLE_STEP) this.#drawTable();
  }

  /** @param {string} id @param {string} text */
  #set(id, text) {
    const count = this.#counts.get(id);
    if (count && count.textContent !== text) count.textContent = text;
  }

  #drawTable() {
    if (!this.#details.open || !this.#crawl) return;
    this.#tableDrawn = performance.now();
    const { tasks, elapsed } = this.#crawl;
    this.#body.replaceChildren(...Array.from(tasks.values(), (task) => row(task, elapsed)));
  }
}

/** @param {Task} task @param {number} now */
function row(task, now) {
  const result = task.state === 'failed' ? describe(task.reason) : task.state;
  const cells = [
    place(task.url),
    result,
    String(task.depth),
    String(task.attempts),
    task.state === 'done' ? bytes(task.bytes) : '',
    seconds(duration(task, now)),
  ];
  const made = make('tr');
  made.append(...cells.map((cell) => make('td', '', cell)));
  return made;
}
