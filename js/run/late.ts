// Owns: what every instance has and none needs to begin: the page gets it while its module is on the way.
// Must not know: who needs it.

export { budgeting, checkOptions, guardedClock, reporter } from './options.ts';
export { takeError } from '../bridge/raised.ts';
export { raw } from './raw.ts';
export { readStats } from './stats.ts';
export { readTasks } from './tasks.ts';
export { ending } from './ending.ts';
export { decoder } from '../base/text.ts';
export { Handles } from '../base/handles.ts';

// Node 20 may be without it, and so are older browsers; `using` needs it there as well.
(Symbol as { dispose: symbol }).dispose ??= Symbol('Symbol.dispose');
(Symbol as { asyncDispose: symbol }).asyncDispose ??= Symbol('Symbol.asyncDispose');
