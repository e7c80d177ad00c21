// The rows: what each is called, what it must reach, and what it should.
// It must not know how a row is measured (measure.mjs) or printed (table.mjs).

/**
 * A bound is a number in the row's unit, or how often JavaScript's own time.
 * @typedef {number | { times: number }} Bound
 * @typedef {{ row: string, key: string, unit: string, must: Bound, aim: Bound }} Row
 */

/** @type {Row[]} */
export const ROWS = [
  { row: 'yield (sleep(0)) switch, 100 tasks', key: 'yields', unit: 'ns', must: 10, aim: 5 },
  { row: 'spawn + complete a task', key: 'spawns', unit: 'ns', must: 30, aim: 15 },
  { row: 'await a child that does not suspend', key: 'await_inline', unit: 'ns', must: 8, aim: 4 },
  { row: 'await a child that suspends once', key: 'await_once', unit: 'ns', must: 45, aim: 30 },
  { row: 'spawn a child and await it, suspends once', key: 'await_spawned', unit: 'ns', must: 70, aim: 40 },
  { row: 'C awaits a settled promise', key: 'await_promise', unit: 'ns', must: { times: 2 }, aim: { times: 1.3 } },
  {
    row: 'JS awaits an exported async function',
    key: 'at_once',
    unit: 'ns',
    must: { times: 2.5 },
    aim: { times: 1.5 },
  },
  {
    row: 'JS awaits an exported async function, suspends once',
    key: 'after_a_wait',
    unit: 'ns',
    must: { times: 2.5 },
    aim: { times: 1.5 },
  },
  {
    row: 'bytes of a task asleep on its own future, all in',
    key: 'bytes_asleep',
    unit: 'bytes',
    must: 200,
    aim: 128,
  },
  {
    row: 'host timers armed at once with 100,000 timers, half cancelled',
    key: 'timers',
    unit: 'timers',
    must: 1,
    aim: 1,
  },
  {
    row: 'setTimeout(0) lag under an endless ping-pong of C tasks, p99',
    key: 'lag',
    unit: 'ms',
    must: 10,
    aim: 2.5,
  },
  // One row of the table, of two numbers.
  { row: '"hello await" module raw; loader gzip', key: 'module', unit: 'bytes, raw', must: 20 * 1024, aim: 12 * 1024 },
  { row: '"hello await" module raw; loader gzip', key: 'loader', unit: 'bytes, gzip', must: 6 * 1024, aim: 4 * 1024 },
];
