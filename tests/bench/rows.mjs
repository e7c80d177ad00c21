// The rows: what each is called, what it must reach, and what it should.
// It must not know how a row is measured (measure.mjs) or printed (table.mjs).

/**
 * A bound is a number in the row's unit, or how often JavaScript's own time.
 * @typedef {number | { times: number }} Bound
 * @typedef {{ row: string, key: string, unit: string, must?: Bound, aim?: Bound }} Row
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
    must: 160,
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
  { row: 'Queue(1) ping-pong, a round trip', key: 'queue_ping_pong', unit: 'ns', must: 100, aim: 40 },
  { row: 'lock handed over to a waiter', key: 'lock_hand_over', unit: 'ns' },
  { row: 'gather of 10 spawned, a child', key: 'gather_10', unit: 'ns', must: 60, aim: 25 },
  { row: 'gather of 10 that suspend once, a child', key: 'gather_10_once', unit: 'ns', must: 90 },
  { row: 'gather of 100,000 that suspend once, a child', key: 'gather_many', unit: 'ns' },
  { row: 'task group of 10 that suspend once, a child', key: 'group_10', unit: 'ns' },
  { row: 'wait_for that does not time out', key: 'wait_for', unit: 'ns', must: 80 },
  { row: 'async generator, an item', key: 'items', unit: 'ns', must: 15 },
  { row: '20,000 tasks asleep, all cancelled, a task', key: 'cancel_storm', unit: 'ns', must: 500, aim: 250 },
  { row: '100,000 timers, half cancelled, a timer', key: 'many_timers', unit: 'ns', must: 200, aim: 100 },
  // One row of the table, of two numbers.
  { row: '"hello await" module raw; loader gzip', key: 'module', unit: 'bytes, raw', must: 20_448, aim: 12 * 1024 },
  { row: '"hello await" module raw; loader gzip', key: 'loader', unit: 'bytes, gzip', must: 5427, aim: 4 * 1024 },
];
