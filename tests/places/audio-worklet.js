// An AudioWorklet, which has neither import() nor timers nor text codecs: says what was wrong with the module that it is sent.
// Its time is the one of what it plays.

import { load, tickedClock } from '/dist/js/static.js';
import { check } from './check.js';

const scope = /** @type {any} */ (globalThis);
const clock = tickedClock(() => scope.currentTime * 1000);

class Player extends scope.AudioWorkletProcessor {
  constructor(/** @type {any} */ options) {
    super(options);
    check(load, options.processorOptions.source, { clock })
      .catch((error) => [String(error)])
      .then((wrong) => this.port.postMessage(wrong));
  }

  process() {
    clock.tick();
    return true;
  }
}
scope.registerProcessor('player', Player);
