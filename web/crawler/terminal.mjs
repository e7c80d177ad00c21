// A crawl as text: one line that keeps up with it, and the table at its end.
// It reads a Crawl and writes to a stream; what is crawled, and how, it does not know.

import { styleText } from 'node:util';
import { describe, duration, ended } from './events.mjs';
import { bytes, place, plural, seconds } from './format.mjs';

/** @import { Crawl, Task } from './events.mjs' */

const BAR = 24;

/** What the live line says. @param {Crawl} crawl @param {number} columns */
export function line(crawl, columns) {
  const over = crawl.done + crawl.failed + crawl.cancelled;
  const full = crawl.found ? Math.round((BAR * over) / crawl.found) : 0;
  const bar = '#'.repeat(full) + '.'.repeat(BAR - full);
  const text =
    `[${bar}] ${over}/${crawl.found} pages  ${bytes(crawl.bytes)}  ${crawl.inFlight} in flight  ` +
    `${plural(crawl.retries, 'retry', 'retries')}  ${plural(crawl.failed, 'error')}  ${crawl.now().toFixed(1)} s`;
  return text.slice(0, columns - 1);
}

/** Shows a crawl while it runs: one line rewritten on a terminal, a line for each ended page elsewhere. */
export class Progress {
  #crawl;
  #out;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /** @param {Crawl} crawl @param {NodeJS.WriteStream} out */
  constructor(crawl, out) {
    this.#crawl = crawl;
    this.#out = out;
    if (!out.isTTY) return;
    this.#timer = setInterval(() => this.#draw(), 80);
    this.#timer.unref();
  }

  #draw() {
    this.#out.write(`\r\x1b[K${line(this.#crawl, this.#out.columns)}`);
  }

  /** @param {Task} task */
  show(task) {
    if (!this.#out.isTTY && ended(task))
      this.#out.write(`${this.#crawl.elapsed.toFixed(2).padStart(6)} s  ${result(task)}  ${place(task.url)}\n`);
  }

  end() {
    clearInterval(this.#timer);
    if (this.#out.isTTY) this.#out.write('\r\x1b[K');
  }
}

/** @param {Task} task */
function result(task) {
  if (task.state === 'done') return 'ok';
  return task.state === 'failed' ? describe(task.reason) : task.state;
}

/** The report: a row for each page, then the totals. @param {Crawl} crawl @param {boolean} colors */
export function table(crawl, colors) {
  const rows = [...crawl.tasks.values()].map((task) => [
    place(task.url),
    result(task),
    task.state === 'done' ? bytes(task.bytes) : '',
    seconds(duration(task, crawl.elapsed)),
    String(task.attempts),
  ]);
  const all = [['page', 'status', 'size', 'time', 'tries'], ...rows];
  const right = [false, false, true, true, true];
  const widths = right.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const write = (/** @type {string[]} */ row) =>
    row
      .map((cell, column) => (right[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const paint = (/** @type {string} */ text, /** @type {Task} */ { state }) =>
    colors && state !== 'done' ? styleText('red', text) : text;
  const lines = [...crawl.tasks.values()].map((task, index) => paint(write(rows[index]), task));
  return [write(all[0]), rule, ...lines, rule, ...totals(crawl)].join('\n');
}

/** @param {Crawl} crawl */
function totals(crawl) {
  const reasons = [...crawl.errors].map(([reason, count]) => `${count} ${reason}`).join(', ');
  return [
    `pages      ${crawl.done} of ${crawl.found} found`,
    `bytes      ${bytes(crawl.bytes)}`,
    `errors     ${crawl.failed}${reasons && ` (${reasons})`}`,
    ...(crawl.cancelled ? [`cancelled  ${crawl.cancelled}`] : []),
    `retries    ${crawl.retries}`,
    `elapsed    ${seconds(crawl.elapsed)}`,
    `in flight  ${crawl.mostInFlight} at most`,
  ];
}
