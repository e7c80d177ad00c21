// The time line of workers: a row for each, bars for what it has done, and a row for the page's own frames. It passes by.
// It must not know what is done.

/** @import { Work } from '../mandelbrot/tiles.mjs' */

const SPAN = 6000; // milliseconds that are shown
const LABEL = 76;
const ROW = 22;
const PERCEIVED = 34; // milliseconds: a frame that takes longer is seen, for one has been left out

const hues = [210, 30, 140, 330, 265, 85, 0, 180];
/** Worker by worker, in both schemes. @param {number} by */
export const colourOf = (by) => `hsl(${hues[by % hues.length]} 70% ${by % 16 < 8 ? 52 : 68}%)`;

export class WorkLine {
  /** @type {Work[]} */
  #works = [];
  /** Frames, as they began and how long they took. @type {{ begun: number, ended: number }[]} */
  #frames = [];
  #canvas;
  #pen;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  }

  /** @param {Work} work */
  add(work) {
    this.#works.push(work);
  }

  /** @param {number} begun @param {number} ended */
  frame(begun, ended) {
    this.#frames.push({ begun, ended });
  }

  clear() {
    this.#works = [];
  }

  /** Whether there is something to be seen of it. */
  get alive() {
    return this.#works.length > 0 || this.#frames.length > 0;
  }

  /** @param {number} now @param {number} rows @param {string} name  of who does it, where there is one row */
  draw(now, rows, name) {
    const [canvas, pen] = [this.#canvas, this.#pen];
    const start = now - SPAN;
    this.#works = this.#works.filter(({ ended }) => ended > start);
    this.#frames = this.#frames.filter(({ ended }) => ended > start);
    const scale = devicePixelRatio;
    const [width, height] = [canvas.clientWidth, (rows + 1) * ROW + 8];
    if (canvas.height !== Math.round(height * scale) || canvas.width !== Math.round(width * scale)) {
      canvas.style.height = `${height}px`;
      [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
    }
    const style = getComputedStyle(canvas);
    const colour = (/** @type {string} */ of) => style.getPropertyValue(of);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.font = `12px ${style.fontFamily}`;
    pen.textBaseline = 'middle';
    const at = (/** @type {number} */ time) => LABEL + Math.max(0, ((time - start) / SPAN) * (width - LABEL - 8));
    const bar = (/** @type {number} */ row, /** @type {number} */ from, /** @type {number} */ to) =>
      pen.fillRect(at(from), 4 + row * ROW + 4, Math.max(1, at(to) - at(from) - 0.5), ROW - 8);

    for (let row = 0; row <= rows; row++) {
      pen.fillStyle = colour('--quiet');
      pen.fillText(row === 0 ? 'frames' : rows === 1 ? name : `${name} ${row}`, 12, 4 + (row + 0.5) * ROW);
      pen.fillStyle = colour('--grid');
      bar(row, start, now);
    }
    for (const { begun, ended } of this.#frames) {
      pen.fillStyle = colour(ended - begun > PERCEIVED ? '--failed' : '--done');
      bar(0, begun, ended);
    }
    for (const { by, begun, ended } of this.#works) {
      pen.fillStyle = colourOf(by);
      bar(by + 1, begun, ended);
    }
  }
}
