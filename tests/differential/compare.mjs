// Has conversations with two servers, and says where they differ; the cases of a leg.

import { conversation, talk } from './conversations.mjs';
import { python } from './servers.mjs';

/** @param {import('./conversations.mjs').Conversation} conversation */
const listed = ({ steps }) =>
  steps
    .map((step) => `${step.do}${'bytes' in step ? ` ${step.bytes.length}` : 'count' in step ? ` ${step.count}` : ''}`)
    .join(', ');

/**
 * @param {import('./servers.mjs').Server} theirs @param {import('./servers.mjs').Server} ours
 * @param {{ first: number, count: number }} seeds  @returns {Promise<string[]>}
 */
export async function compared(theirs, ours, { first, count }) {
  const different = [];
  for (let seed = first; seed < first + count; seed++) {
    const one = conversation(seed);
    const [wanted, got] = await Promise.all([theirs, ours].map(({ ports, next }) => talk(one, ports, next)));
    if (wanted === got && !/\(not /.test(`${got}`)) continue;
    different.push(`seed ${seed}: ${listed(one)}\n  CPython ${wanted}\n  cawait  ${got}`);
  }
  return different;
}

/**
 * Random conversations with CPython's servers and ours.
 * @param {import('../tally.mjs').Tally} tally @param {() => Promise<import('./servers.mjs').Server>} start  ours @param {number} count
 */
export async function differential(tally, start, count) {
  const cpython = await python();
  if (!cpython)
    return tally.skip('conversations with CPython', 'put Python 3.12 or newer on the PATH, or run .ci/run (as root)');
  const [theirs, ours] = [await cpython(), await start()];
  const different = await compared(theirs, ours, { first: 1, count });
  tally.pass(count - different.length);
  for (const text of different) tally.fail('a conversation', text);
  for (const [name, server] of Object.entries({ theirs, ours })) {
    const said = await server.end();
    tally.check(`${name} ends well`, said === '', said);
  }
}
