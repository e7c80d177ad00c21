// Which tiles a view is made of, asking C for those that are missing, giving up those that nobody sees any more.
// It must not know how they are drawn, or who moves the view.

import { load } from 'cawait';

/** Pixels a side. */
export const TILE = 128;
const PIXELS = 4 * TILE * TILE;
/** Between two points of level 0; each level has half of that. */
const APART = 1 / 32;
/** Beyond it the numbers of a double are too far apart. */
export const DEEPEST = 42;
/** Tiles that are kept: a view has up to a hundred or two. */
const KEPT = 1200;
/** The page has one processor to itself, where it can. */
const WORKERS = Math.max(2, (navigator.hardwareConcurrency || 2) - 1);
/** Under way at most: workers find the next one, and where the view changes altogether a frame has this many to give up and to ask for. */
export const AHEAD = 4 * WORKERS;

/** The view's middle, and how far apart its pixels are. @typedef {{ x: number, y: number, apart: number, width: number, height: number }} View */
/** @typedef {{ level: number, column: number, row: number }} Place */
/** @typedef {{ place: Place, image: ImageBitmap, by: number }} Tile  by: which worker, from 0 */
/** What somebody has done when, in milliseconds of performance.now(). @typedef {{ by: number, begun: number, ended: number }} Work */
/** @typedef {{ tile(workers: number, x: number, y: number, apart: number, most: number, options: { signal: AbortSignal }): Promise<Uint8Array>, has_workers(): boolean }} Exports */

const key = (/** @type {Place} */ { level, column, row }) => `${level}/${column}/${row}`;
export const apartAt = (/** @type {number} */ level) => APART / 2 ** level;

/** The level whose pixels are most like the view's. @param {View} view */
export const levelOf = ({ apart }) => Math.min(DEEPEST, Math.max(0, Math.round(Math.log2(APART / apart))));

/** All places of a level that a view shows, with a rim of so many tiles. @param {View} view @param {number} level */
export function placesIn({ x, y, apart, width, height }, level, rim = 0) {
  const side = TILE * apartAt(level);
  const first = (/** @type {number} */ middle, /** @type {number} */ size) =>
    Math.floor((middle - (size / 2) * apart) / side) - rim;
  const last = (/** @type {number} */ middle, /** @type {number} */ size) =>
    Math.floor((middle + (size / 2) * apart) / side) + rim;
  /** @type {Place[]} */
  const places = [];
  for (let row = first(y, height); row <= last(y, height); row++)
    for (let column = first(x, width); column <= last(x, width); column++) places.push({ level, column, row });
  return places;
}

export class Tiles {
  /** Counts since the beginning. */
  done = 0;
  cancelled = 0;
  /** Whether workers do it, or the page itself. */
  workers = true;
  /** @type {Map<string, Tile>} the one that was wanted last is last */
  #kept = new Map();
  /** @type {Map<string, AbortController>} */
  #asked = new Map();
  /** @type {Map<number, number>} instances of the module, by their own numbers */
  #known = new Map();
  #exports;
  #told;
  #failed;

  /** @param {Exports} exports @param {{ told(work: Work): void, failed(error: unknown): void }} listener  of each that is there, or cannot be */
  constructor(exports, { told, failed }) {
    this.#exports = exports;
    this.#told = told;
    this.#failed = failed;
  }

  /** Under way. */
  get pending() {
    return this.#asked.size;
  }

  /** How many have done something. */
  get known() {
    return this.#known.size;
  }

  /** @param {Place} place */
  get(place) {
    return this.#kept.get(key(place));
  }

  /** What the view shows comes first, from the middle; then what is around it. All else is given up. @param {View} view */
  want(view) {
    const level = levelOf(view);
    const missing = this.#missing(view, placesIn(view, level));
    const wanted = missing.length > 0 ? missing : this.#missing(view, placesIn(view, level, 1));
    const keys = new Set(wanted.map(key));
    for (const [name, asked] of this.#asked) if (!keys.has(name)) asked.abort();
    for (const place of wanted) {
      if (this.#asked.size >= AHEAD) break;
      if (!this.#asked.has(key(place))) void this.#ask(place);
    }
  }

  /** Nothing is there, nothing is wanted. */
  clear() {
    for (const asked of this.#asked.values()) asked.abort();
    for (const { image } of this.#kept.values()) image.close();
    this.#kept.clear();
    this.#known.clear();
  }

  /** @param {View} view @param {Place[]} places */
  #missing({ x, y }, places) {
    const far = (/** @type {Place} */ { level, column, row }) => {
      const side = TILE * apartAt(level);
      return Math.hypot((column + 0.5) * side - x, (row + 0.5) * side - y);
    };
    const missing = [];
    for (const place of places) {
      const name = key(place);
      const tile = this.#kept.get(name);
      if (!tile) missing.push(place);
      else if (this.#kept.delete(name)) this.#kept.set(name, tile);
    }
    return missing.sort((a, b) => far(a) - far(b));
  }

  /** @param {Place} place */
  async #ask(place) {
    const [name, apart] = [key(place), apartAt(place.level)];
    const [x, y] = [place.column * TILE * apart, place.row * TILE * apart];
    const asked = new AbortController();
    const { signal } = asked;
    this.#asked.set(name, asked);
    // One that is given up may be wanted again before it has ended: then it is another's.
    const leave = () => this.#asked.get(name) === asked && this.#asked.delete(name);
    signal.addEventListener('abort', () => {
      this.cancelled++;
      leave();
    });
    try {
      const bytes = await this.#exports.tile(this.workers ? WORKERS : 0, x, y, apart, 300 + 60 * place.level, {
        signal,
      });
      const pixels = new Uint8ClampedArray(bytes.buffer, bytes.byteOffset, PIXELS);
      const [instance, begun, ended] = new Float64Array(bytes.slice(PIXELS).buffer);
      const image = await createImageBitmap(
        new ImageData(/** @type {Uint8ClampedArray<ArrayBuffer>} */ (pixels), TILE, TILE),
      );
      if (signal.aborted) return image.close();
      leave();
      if (!this.#known.has(instance)) this.#known.set(instance, this.#known.size);
      const by = /** @type {number} */ (this.#known.get(instance));
      this.#keep(name, { place, image, by });
      this.done++;
      this.#told({ by, begun: begun - performance.timeOrigin, ended: ended - performance.timeOrigin });
    } catch (error) {
      leave();
      if (!signal.aborted) this.#failed(error);
    }
  }

  /** @param {string} name @param {Tile} tile */
  #keep(name, tile) {
    this.#kept.set(name, tile);
    for (const [oldest, { image }] of this.#kept) {
      if (this.#kept.size <= KEPT) break;
      image.close();
      this.#kept.delete(oldest);
    }
  }
}

/** @param {URL} url of mandelbrot.wasm @returns {Promise<Exports>} */
export async function loadExports(url) {
  const { exports } = await load(url);
  return /** @type {Exports} */ (/** @type {unknown} */ (exports));
}
