// What a bundler makes one file of: the check of places by the entry without import().

import { load } from '../../dist/js/static.js';
import { check } from './check.js';

/** @type {any} */ (globalThis).checkInOneFile = (/** @type {unknown} */ source) => check(load, source);
