// Owns: what every instance has and none needs to begin: the page gets it while its module is on the way.
// Must not know: who needs it.

export { budgeting, checkOptions, guardedClock, reporter } from './options.ts';
export { takeError } from '../bridge/raised.ts';
export { raw } from './raw.ts';
export { readStats } from './stats.ts';
export { readTasks } from './tasks.ts';
export { decoder } from '../base/text.ts';
