// The Mandelbrot page: hands and keys steer the camera, frames draw the tiles there are, and ask for those that are missing.
// It owns what is drawn when; tiles, the camera and the time line are others'.

import { Camera } from '../mandelbrot/camera.mjs';
import { TILE, Tiles, apartAt, levelOf, loadExports, placesIn } from '../mandelbrot/tiles.mjs';
import { element } from './dom.js';
import { showSource } from './source.js';
import { WorkLine, colourOf } from './workline.js';

/** @import { Place, Tile } from '../mandelbrot/tiles.mjs' */

const canvas = element('view', HTMLCanvasElement);
const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { alpha: false }));
const line = new WorkLine(element('line', HTMLCanvasElement));
const marks = element('marks', HTMLInputElement);
const summary = element('summary', HTMLParagraphElement);
const place = element('place', HTMLOutputElement);
const camera = new Camera();
/** Made before the first dive: making it takes 10 ms, most of a frame. */
const thousands = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const FARTHER = 7; // levels: a tile that is missing is made up of one so far above
const LONGEST = 100; // milliseconds that a step of the camera takes at most

/** @param {string} words @param {boolean} [trouble] */
function say(words, trouble = false) {
  if (summary.textContent !== words) summary.textContent = words;
  summary.classList.toggle('trouble', trouble);
}

/** @param {string} id @param {string} text */
function count(id, text) {
  const shown = element(`count-${id}`, HTMLElement);
  if (shown.textContent !== text) shown.textContent = text;
}

// ---- Drawing -----------------------------------------------------------------------------------------------------------

const scale = () => Math.min(2, devicePixelRatio);

/** Where a tile stands, its edges its neighbours', to the pixel. @param {Place} place */
function boxOf({ level, column, row }) {
  const { x, y, apart, width, height } = camera.view;
  const side = TILE * apartAt(level);
  const left = (/** @type {number} */ at) => Math.round((at * side - x) / apart + width / 2);
  const top = (/** @type {number} */ at) => Math.round((at * side - y) / apart + height / 2);
  const [x0, y0] = [left(column), top(row)];
  return { x: x0, y: y0, width: left(column + 1) - x0, height: top(row + 1) - y0 };
}

/** @param {Tile} tile */
function drawTile({ place, image, by }) {
  const { x, y, width, height } = boxOf(place);
  pen.drawImage(image, x, y, width, height);
  if (!marks.checked) return;
  pen.lineWidth = 2 * scale();
  pen.strokeStyle = colourOf(by);
  pen.strokeRect(x + 1.5, y + 1.5, width - 3, height - 3);
}

/** One that is missing: a part of what was seen from farther away, and over it what was seen from nearer. @param {Tiles} tiles @param {Place} place */
function drawInstead(tiles, { level, column, row }) {
  const { x, y, width, height } = boxOf({ level, column, row });
  let farther;
  for (let up = 1; up <= Math.min(FARTHER, level) && !farther; up++) {
    const times = 2 ** up;
    const [over, above] = [Math.floor(column / times), Math.floor(row / times)];
    farther = tiles.get({ level: level - up, column: over, row: above });
    if (!farther) continue;
    const part = TILE / times;
    const [from, down] = [(column - over * times) * part, (row - above * times) * part];
    pen.drawImage(farther.image, from, down, part, part, x, y, width, height);
  }
  if (!farther) {
    pen.fillStyle = '#0b1220';
    pen.fillRect(x, y, width, height);
  }
  for (const [right, below] of [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ]) {
    const nearer = tiles.get({ level: level + 1, column: 2 * column + right, row: 2 * row + below });
    if (nearer) drawTile(nearer);
  }
}

/** @param {Tiles} tiles */
function drawView(tiles) {
  for (const place of placesIn(camera.view, levelOf(camera.view))) {
    const tile = tiles.get(place);
    if (tile) drawTile(tile);
    else drawInstead(tiles, place);
  }
  const { x, y, apart } = camera.view;
  const digits = Math.max(2, Math.ceil(-Math.log10(apart * 10)));
  const times = camera.times < 10 ? camera.times.toFixed(1) : thousands.format(camera.times);
  place.value = `${x.toFixed(digits)}, ${(-y).toFixed(digits)} · ×${times}`;
}

// ---- Frames ------------------------------------------------------------------------------------------------------------

/** Draws as long as something changes. @param {Tiles} tiles */
function frames(tiles) {
  let last = NaN; // when the frame before began; NaN: there was none
  let longest = 0;
  let changed = true;
  let asleep = true;

  function frame(/** @type {number} */ now) {
    const ms = Number.isNaN(last) ? 16 : now - last;
    if (!Number.isNaN(last)) {
      line.frame(last, now);
      longest = Math.max(longest, ms);
    }
    last = now;
    const moved = camera.step(Math.min(LONGEST, ms), calm.matches);
    if (moved || changed) {
      changed = false;
      tiles.want(camera.view);
      drawView(tiles);
    }
    line.draw(performance.now(), Math.max(1, tiles.known), tiles.workers ? 'worker' : 'the page');
    count('tiles', String(tiles.done));
    count('cancelled', String(tiles.cancelled));
    count('workers', tiles.workers ? String(tiles.known) : 'none');
    count('frame', `${Math.round(longest)} ms`);
    const busy = moved || changed || tiles.pending > 0 || camera.diving;
    if (!summary.classList.contains('trouble'))
      say(
        busy
          ? camera.diving
            ? 'Diving…'
            : 'Computing…'
          : `All is there, done by ${tiles.workers ? 'workers' : 'the page'}.`,
      );
    asleep = !busy && !line.alive;
    if (asleep) last = NaN;
    else requestAnimationFrame(frame);
  }

  return {
    /** The view is another, or a tile is there. */
    touch() {
      changed = true;
      if (asleep) requestAnimationFrame(frame);
      asleep = false;
    },
    /** What took longest is to be found anew. */
    forget: () => void (longest = 0),
  };
}

// ---- Hands and keys ----------------------------------------------------------------------------------------------------

/** In the canvas's pixels, from its middle. @param {{ clientX: number, clientY: number }} event */
function fromMiddle({ clientX, clientY }) {
  const box = canvas.getBoundingClientRect();
  return {
    x: (clientX - box.left - box.width / 2) * scale(),
    y: (clientY - box.top - box.height / 2) * scale(),
  };
}

/** @param {() => void} touch */
function steer(touch) {
  /** @type {Map<number, { x: number, y: number }>} */
  const hands = new Map();
  const middle = () => {
    const all = [...hands.values()];
    const mean = (/** @type {'x' | 'y'} */ axis) => all.reduce((sum, hand) => sum + hand[axis], 0) / all.length;
    const [a, b] = all;
    return { x: mean('x'), y: mean('y'), apart: b ? Math.hypot(a.x - b.x, a.y - b.y) : 0 };
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    hands.set(event.pointerId, fromMiddle(event));
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!hands.has(event.pointerId)) return;
    const before = middle();
    hands.set(event.pointerId, fromMiddle(event));
    const after = middle();
    camera.move(before.x - after.x, before.y - after.y, true);
    if (before.apart && after.apart) camera.zoom(after.apart / before.apart, after.x, after.y, true);
    touch();
  });
  for (const end of /** @type {const} */ (['pointerup', 'pointercancel']))
    canvas.addEventListener(end, (event) => hands.delete(event.pointerId));
  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const { x, y } = fromMiddle(event);
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
      camera.zoom(2 ** (Math.max(-240, Math.min(240, -event.deltaY * lines)) / 240), x, y);
      touch();
    },
    { passive: false },
  );
  canvas.addEventListener('dblclick', (event) => {
    const { x, y } = fromMiddle(event);
    camera.zoom(event.shiftKey ? 1 / 2 : 2, x, y);
    touch();
  });

  const way = () => Math.min(canvas.width, canvas.height) / 5;
  /** @type {Record<string, () => void>} */
  const acts = {
    ArrowLeft: () => camera.move(-way(), 0),
    ArrowRight: () => camera.move(way(), 0),
    ArrowUp: () => camera.move(0, -way()),
    ArrowDown: () => camera.move(0, way()),
    '+': () => camera.zoom(2),
    '=': () => camera.zoom(2),
    '-': () => camera.zoom(1 / 2),
    0: () => camera.whole(),
    d: () => camera.dive(calm.matches),
    Escape: () => camera.stop(),
  };
  document.addEventListener('keydown', (event) => {
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key !== 'Escape' && document.activeElement !== canvas) return;
    event.preventDefault();
    act();
    touch();
  });
  /** @type {[string, () => void][]} */
  const buttons = [
    ['dive', acts.d],
    ['in', acts['+']],
    ['out', acts['-']],
    ['whole', acts['0']],
  ];
  for (const [id, act] of buttons) {
    const button = element(id, HTMLButtonElement);
    button.disabled = false;
    button.addEventListener('click', () => {
      act();
      touch();
    });
  }
}

// ---- The beginning -------------------------------------------------------------------------------------------------------

showSource(element('code', HTMLPreElement), '/mandelbrot/mandelbrot.c');
try {
  const exports = await loadExports(new URL('/demos/mandelbrot.wasm', location.href));
  const tiles = new Tiles(exports, {
    told(work) {
      line.add(work);
      touch();
    },
    failed: (error) => say(`A tile failed: ${error}`, true),
  });
  const { touch, forget } = frames(tiles);
  steer(touch);
  new ResizeObserver(() => {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((size) => Math.round(size * scale()));
    if (canvas.width === width && canvas.height === height) return;
    [canvas.width, canvas.height] = [width, height];
    camera.resize(width, height);
    touch();
  }).observe(canvas);
  for (const input of document.querySelectorAll('[name=by]'))
    input.addEventListener('change', () => {
      tiles.workers = /** @type {HTMLInputElement} */ (document.querySelector('[name=by]:checked')).value === 'workers';
      tiles.clear();
      line.clear();
      forget();
      touch();
    });
  marks.addEventListener('change', touch);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', touch);
  if (!exports.has_workers()) say('There are no workers here: the page does all.', true);
} catch (error) {
  say(`The page did not load: ${error}`, true);
}
