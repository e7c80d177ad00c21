// The time line: a row for each task, a bar for each span of its life, and the axis above them.
// It draws what a Crawl holds; positions are percentages, so a resize costs no script.

import { describe, duration, ended } from '../crawler/events.mjs';
import { bytes, place, seconds } from '../crawler/format.mjs';
import { element, make } from './dom.js';

/** @import { Crawl, Task } from '../crawler/events.mjs' */

// The axis grows by these steps only, so most frames touch nothing but the open bars.
const REACHES = [1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 30, 40, 60, 90, 120, 180, 300, 600, 1200, 3600];
const MARKS = { done: '✓', failed: '✕', cancelled: '⊘' };

/** @typedef {{ row: HTMLLIElement, track: HTMLElement, bars: HTMLElement[], result: HTMLElement, drawn: string }} Row */

export class Timeline {
  #scroll = element('scroll', HTMLElement);
  #list = element('rows', HTMLOListElement);
  #axis = element('axis', HTMLElement);
  #empty = element('empty', HTMLElement);
  /** @type {Map<Task, Row>} */
  #rows = new Map();
  /** @type {Set<Task>} tasks whose bars must be drawn anew: changed, or still growing */
  #live = new Set();
  #reach = 0;
  #follow = true;

  constructor() {
    // Follows the running tasks until the reader takes the scroll bar, the wheel or the keys.
    for (const hand of ['wheel', 'touchmove', 'pointerdown', 'keydown']) {
      this.#scroll.addEventListener(hand, () => (this.#follow = false), { passive: true });
    }
  }

  clear() {
    this.#rows.clear();
    this.#live.clear();
    this.#list.replaceChildren();
    this.#scroll.scrollTop = 0;
    this.#reach = 0;
    this.#follow = true;
    this.#empty.hidden = true;
  }

  /** Notes that a task changed; the next draw shows it. @param {Task} task */
  touch(task) {
    this.#live.add(task);
  }

  /** @param {Crawl} crawl @param {number} now */
  draw(crawl, now) {
    const rescaled = this.#rescale(now);
    for (const task of rescaled ? crawl.tasks.values() : this.#live) this.#drawTask(task, now);
    for (const task of this.#live) if (ended(task)) this.#live.delete(task);
    if (this.#follow) this.#showRunning(crawl);
  }

  /** @param {number} now true when the axis had to grow */
  #rescale(now) {
    if (now <= this.#reach) return false;
    this.#reach = REACHES.find((reach) => reach >= now) ?? Math.ceil(now / 3600) * 3600;
    const ticks = [5, 4, 3].find((count) => (this.#reach * 2) % count === 0) ?? 4;
    this.#scroll.style.setProperty('--ticks', String(ticks));
    const strip = make('div', 'ticks');
    for (let i = 0; i < ticks; i++) {
      const label = make('span', '', `${(this.#reach * i) / ticks} s`);
      label.style.left = `${(100 * i) / ticks}%`;
      strip.append(label);
    }
    this.#axis.replaceChildren(strip);
    return true;
  }

  /** @param {Task} task @param {number} now */
  #drawTask(task, now) {
    const row = this.#rows.get(task) ?? this.#addRow(task);
    task.spans.forEach(({ kind, start, end }, index) => {
      const bar = (row.bars[index] ??= row.track.appendChild(make('i')));
      const name = `span ${kind}`;
      if (bar.className !== name) bar.className = name;
      bar.style.left = `${(100 * start) / this.#reach}%`;
      bar.style.width = `${(100 * ((Number.isNaN(end) ? now : end) - start)) / this.#reach}%`;
    });
    this.#drawResult(task, row, now);
  }

  /** @param {Task} task @param {Row} row @param {number} now */
  #drawResult(task, row, now) {
    const text = task.state === 'done' ? bytes(task.bytes) : task.state === 'failed' ? describe(task.reason) : '';
    const drawn = `${task.state} ${task.attempts}`;
    if (row.drawn === drawn) return;
    row.drawn = drawn;
    row.row.dataset.state = task.state;
    if (ended(task)) {
      const mark = make('b', `mark ${task.state}`, MARKS[/** @type {keyof typeof MARKS} */ (task.state)]);
      mark.setAttribute('role', 'img');
      mark.setAttribute('aria-label', task.state);
      row.result.replaceChildren(mark);
      if (task.state === 'done')
        row.result.append(make('span', 'time', seconds(duration(task, now))), make('span', 'size', text));
      else row.result.append(make('span', '', text));
    } else {
      row.result.textContent = task.attempts > 1 ? `try ${task.attempts}` : '';
    }
    row.row.title = `${place(task.url)}: ${task.state}${text && `, ${text}`}`;
  }

  /** @param {Task} task @returns {Row} */
  #addRow(task) {
    const row = make('li');
    const track = make('span', 'track');
    const result = make('span', 'result');
    track.setAttribute('aria-hidden', 'true');
    row.append(make('span', 'name', place(task.url)), track, result);
    this.#list.append(row);
    const made = { row, track, bars: [], result, drawn: '' };
    this.#rows.set(task, made);
    return made;
  }

  /** Keeps the newest running row in sight. @param {Crawl} crawl */
  #showRunning(crawl) {
    let newest = null;
    for (const task of this.#live) if (task.state === 'fetching' && (!newest || task.id > newest.id)) newest = task;
    const row = newest && crawl.inFlight > 0 ? this.#rows.get(newest)?.row : null;
    if (!row) return;
    const margin = row.offsetHeight * 3;
    const { scrollTop, clientHeight } = this.#scroll;
    if (row.offsetTop + margin > scrollTop + clientHeight)
      this.#scroll.scrollTop = row.offsetTop + margin - clientHeight;
    else if (row.offsetTop - margin < scrollTop) this.#scroll.scrollTop = row.offsetTop - margin;
  }
}
