// The view's middle and scale, and where they are going: by steps, smoothly, or into the deep.
// It must not know what is seen, or who steers.

import { DEEPEST, apartAt } from './tiles.mjs';

/** @import { View } from './tiles.mjs' */

const WIDEST = 6; // units across the narrower side
const REACH = 2.5; // nothing is to be seen farther from 0
const TIME = 90; // milliseconds in which two thirds of the way are gone
const HALF = 700; // milliseconds in which a dive comes twice as near
const FAR = 1024; // times nearer
/** Somewhere in the valley of seahorses. */
const DEEP = { x: -0.743643887037151, y: 0.13182590420533 };

const clamp = (/** @type {number} */ value, /** @type {number} */ least, /** @type {number} */ most) =>
  Math.min(most, Math.max(least, value));

export class Camera {
  /** @type {View} */
  view = { x: -0.6, y: 0, apart: 1 / 256, width: 1, height: 1 };
  diving = false;
  #isWhole = true;
  #goal = { x: -0.6, y: 0, apart: 1 / 256 };

  /** Of the canvas, in its own pixels. @param {number} width @param {number} height */
  resize(width, height) {
    Object.assign(this.view, { width, height });
    if (this.#isWhole) this.whole(true);
  }

  get #widest() {
    return WIDEST / Math.min(this.view.width, this.view.height);
  }

  get #wholeApart() {
    return Math.max(3.2 / this.view.width, 2.6 / this.view.height);
  }

  /** How many times nearer than where all is seen. */
  get times() {
    return this.#wholeApart / this.view.apart;
  }

  /** All of it. */
  whole(atOnce = false) {
    this.#to(-0.6, 0, this.#wholeApart);
    this.#isWhole = true;
    if (atOnce) Object.assign(this.view, this.#goal);
  }

  /** @param {number} x @param {number} y @param {number} apart */
  #to(x, y, apart) {
    this.diving = this.#isWhole = false;
    this.#goal = {
      x: clamp(x, -REACH, REACH),
      y: clamp(y, -REACH, REACH),
      apart: clamp(apart, apartAt(DEEPEST), this.#widest),
    };
  }

  /** By so many pixels; a hand takes it with it at once. @param {number} dx @param {number} dy */
  move(dx, dy, atOnce = false) {
    const { apart } = this.view;
    const from = atOnce ? this.view : this.#goal;
    this.#to(from.x + dx * apart, from.y + dy * apart, this.#goal.apart);
    if (atOnce) Object.assign(this.view, { x: this.#goal.x, y: this.#goal.y });
  }

  /** So many times nearer; the point at so many pixels from the middle stays where it is. @param {number} times @param {number} dx @param {number} dy */
  zoom(times, dx = 0, dy = 0, atOnce = false) {
    const { x, y, apart } = this.view;
    const next = clamp(this.#goal.apart / times, apartAt(DEEPEST), this.#widest);
    this.#to(x + dx * (apart - next), y + dy * (apart - next), next);
    if (atOnce) Object.assign(this.view, this.#goal);
  }

  /** Nearer and nearer; who asked for less motion is there at once. @param {boolean} calm */
  dive(calm) {
    this.#to(DEEP.x, DEEP.y, calm ? this.view.apart / FAR : this.view.apart);
    this.diving = !calm;
  }

  /** Stays where it is. */
  stop() {
    this.#to(this.view.x, this.view.y, this.view.apart);
  }

  /** Goes on for so many milliseconds. @param {number} ms @param {boolean} calm  in one step @returns {boolean} whether it has moved */
  step(ms, calm) {
    const { view } = this;
    const goal = this.#goal;
    if (this.diving) {
      goal.apart = Math.max(apartAt(DEEPEST), goal.apart / 2 ** (ms / HALF));
      if (goal.apart === apartAt(DEEPEST)) this.diving = false;
    }
    const { x, y, apart } = view;
    const left = calm ? 0 : Math.exp(-ms / TIME);
    view.apart = goal.apart * (apart / goal.apart) ** left;
    if (Math.abs(view.apart / goal.apart - 1) < 1e-3) view.apart = goal.apart;
    // With the scale, so that what stays in its place does so all the way.
    const rest = this.diving || apart === goal.apart ? left : (view.apart - goal.apart) / (apart - goal.apart);
    view.x = goal.x + (x - goal.x) * rest;
    view.y = goal.y + (y - goal.y) * rest;
    if (Math.hypot(view.x - goal.x, view.y - goal.y) < view.apart / 4) Object.assign(view, { x: goal.x, y: goal.y });
    return view.x !== x || view.y !== y || view.apart !== apart;
  }
}
