// What a lesson prints: a line each, with its time.

import { element, make } from './dom.js';

/** @import { Line } from '../gallery/run.mjs' */

export class Output {
  #list = element('lines', HTMLOListElement);
  #scroll = /** @type {HTMLElement} */ (this.#list.parentElement);
  /** @type {HTMLElement[]} not in the page yet */
  #new = [];

  /** @param {string} [empty]  what stands in the place of the lines */
  clear(empty = '') {
    this.#new = [];
    this.#list.replaceChildren(...(empty ? [make('li', 'empty', empty)] : []));
  }

  /** @param {Line} line */
  add({ time, text, kind }) {
    const item = make('li', kind);
    item.append(make('span', 'time', time.toFixed(3)), ' ', make('span', 'text', text));
    this.#new.push(item);
  }

  /** Shows what is new. @param {boolean} follow  keeps the end in sight if it was */
  draw(follow) {
    if (this.#new.length === 0) return;
    const { scrollTop, scrollHeight, clientHeight } = this.#scroll;
    this.#list.append(...this.#new);
    this.#new = [];
    if (follow && scrollTop + clientHeight > scrollHeight - 8) this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }
}
