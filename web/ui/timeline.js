// The time line: a row for each task, a bar for each span of its life, and the axis above them.
// What a task is called and how it came out, the page says; positions are percentages, so a resize costs no script.

import { element, make } from './dom.js';

// The axis grows by these steps only, so most frames touch nothing but the open bars.
const REACHES = [1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 30, 40, 60, 90, 120, 180, 300, 600, 1200, 3600];
const MARKS = new Map([
  ['done', '✓'],
  ['failed', '✕'],
  ['cancelled', '⊘'],
]);

/** @typedef {{ kind: string, start: number, end: number, note?: string }} Span  end is NaN while it goes on */
/** @typedef {{ state: string, spans: Span[] }} Task  one that has ended is in a state of MARKS */

/**
 * @template {Task} T
 * @typedef {object} Words
 * @property {(task: T) => string} name
 * @property {(task: T) => string} title                     the whole row in a sentence
 * @property {(task: T, now: number) => [string, string][]} result  what stands behind the bars: pieces, each with its class
 * @property {(task: T) => boolean} follow                   whether it is one to keep in sight
 * @property {(task: T) => Span[]} [spans]                   in what the axis counts; default: the task's own, in seconds
 * @property {(value: number) => string} [tick]              a label of the axis; default: in seconds
 */

/** @typedef {{ row: HTMLLIElement, track: HTMLElement, bars: HTMLElement[], result: HTMLElement, drawn: string }} Row */

/** @template {Task} T */
export class Timeline {
  #scroll = element('scroll', HTMLElement);
  #list = element('rows', HTMLOListElement);
  #axis = element('axis', HTMLElement);
  #empty = element('empty', HTMLElement);
  #words;
  /** @type {Map<T, Row>} in order of their first drawing */
  #rows = new Map();
  /** @type {Set<T>} tasks whose bars must be drawn anew: changed, or still growing */
  #live = new Set();
  #reach = 0;
  #follow = true;

  /** @param {Words<T>} words */
  constructor(words) {
    this.#words = words;
    // Follows the running tasks until the reader takes the scroll bar, the wheel or the keys.
    for (const hand of ['wheel', 'touchmove', 'pointerdown', 'keydown']) {
      this.#scroll.addEventListener(hand, () => (this.#follow = false), { passive: true });
    }
  }

  /** @param {string} [empty]  what stands in the place of the rows */
  clear(empty = '') {
    this.#rows.clear();
    this.#live.clear();
    this.#list.replaceChildren();
    this.#axis.replaceChildren();
    this.#scroll.scrollTop = 0;
    this.#reach = 0;
    this.#follow = true;
    this.#empty.hidden = !empty;
    this.#empty.textContent = empty;
  }

  /** Notes that a task changed; the next draw shows it. @param {T} task */
  touch(task) {
    this.#live.add(task);
  }

  /** @param {number} now */
  draw(now) {
    const rescaled = this.#rescale(now);
    for (const task of this.#live) if (!this.#rows.has(task)) this.#addRow(task);
    for (const task of rescaled ? this.#rows.keys() : this.#live) this.#drawTask(task, now);
    for (const task of this.#live) if (MARKS.has(task.state)) this.#live.delete(task);
    if (this.#follow) this.#showRunning();
  }

  /** @param {number} now true when the axis had to grow */
  #rescale(now) {
    if (now <= this.#reach && this.#reach > 0) return false;
    this.#reach = REACHES.find((reach) => reach >= now) ?? Math.ceil(now / 3600) * 3600;
    const ticks = [5, 4, 3].find((count) => this.#reach % count === 0) ?? 4;
    this.#scroll.style.setProperty('--ticks', String(ticks));
    const text = this.#words.tick ?? ((value) => `${value} s`);
    const strip = make('div', 'ticks');
    for (let i = 0; i < ticks; i++) {
      const label = make('span', '', text((this.#reach * i) / ticks));
      label.style.left = `${(100 * i) / ticks}%`;
      strip.append(label);
    }
    this.#axis.replaceChildren(strip);
    return true;
  }

  /** @param {T} task @param {number} now */
  #drawTask(task, now) {
    const row = /** @type {Row} */ (this.#rows.get(task));
    (this.#words.spans?.(task) ?? task.spans).forEach(({ kind, start, end, note }, index) => {
      const bar = (row.bars[index] ??= row.track.appendChild(make('i')));
      const name = `span ${kind}`;
      if (bar.className !== name) bar.className = name;
      if (note && bar.title !== note) bar.title = note;
      bar.style.left = `${(100 * start) / this.#reach}%`;
      bar.style.width = `${(100 * ((Number.isNaN(end) ? now : end) - start)) / this.#reach}%`;
    });
    this.#drawResult(task, row, now);
  }

  /** @param {T} task @param {Row} row @param {number} now */
  #drawResult(task, row, now) {
    const pieces = this.#words.result(task, now);
    const drawn = `${task.state} ${pieces.join()}`;
    if (row.drawn === drawn) return;
    row.drawn = drawn;
    row.row.dataset.state = task.state;
    row.row.title = this.#words.title(task);
    row.result.replaceChildren(...pieces.map(([name, text]) => make('span', name, text)));
    const sign = MARKS.get(task.state);
    if (!sign) return;
    const mark = make('b', `mark ${task.state}`, sign);
    mark.setAttribute('role', 'img');
    mark.setAttribute('aria-label', task.state);
    row.result.prepend(mark);
  }

  /** @param {T} task */
  #addRow(task) {
    const row = make('li');
    const track = make('span', 'track');
    const result = make('span', 'result');
    track.setAttribute('aria-hidden', 'true');
    row.append(make('span', 'name', this.#words.name(task)), track, result);
    this.#list.append(row);
    this.#rows.set(task, { row, track, bars: [], result, drawn: '' });
  }

  /** Keeps the newest of the rows to follow in sight. */
  #showRunning() {
    let row = null;
    for (const [task, { row: its }] of this.#rows) if (this.#live.has(task) && this.#words.follow(task)) row = its;
    if (!row) return;
    const margin = row.offsetHeight * 3;
    const { scrollTop, clientHeight } = this.#scroll;
    if (row.offsetTop + margin > scrollTop + clientHeight)
      this.#scroll.scrollTop = row.offsetTop + margin - clientHeight;
    else if (row.offsetTop - margin < scrollTop) this.#scroll.scrollTop = row.offsetTop - margin;
  }
}
