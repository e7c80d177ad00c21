// The scenarios leg: random programs over all of asyncio, CPython's and ours side by side. On every host in virtual time; some of
// them in real time; some with each of their allocations failing. (Natively under the sanitizers: the core-native leg.)

import { which } from '../command.mjs';
import { nodes } from '../nodes.mjs';
import { conform, inRealTime } from '../scenarios/conform.mjs';
import { run as runOn } from '../scenarios/hosts.mjs';
import { judge, kept, random } from '../scenarios/judge.mjs';
import { oracle } from '../scenarios/oracle.mjs';

/** @typedef {import('../scenarios/hosts.mjs').Host} Host */

/** How many programs: in virtual time, in real time, with failing allocations. */
const ALL = { count: 8000, real: 200, swept: 60 };
const SOME = { count: 1000, real: 24, swept: 10 };

export const needs = () => null;

/** @param {import('../tally.mjs').Tally} tally @param {boolean} all */
export async function run(tally, all) {
  const { count, real, swept } = all ? ALL : SOME;
  const old = kept();
  const again = await oracle(old.traced.map(({ text }) => text));
  for (const [n, { text, expected }] of old.traced.entries()) {
    const now = JSON.stringify(again[n]);
    tally.check(`CPython's trace of ${text}`, now === JSON.stringify(expected), now);
  }
  const fresh = await random(count);
  const traced = [...old.traced, ...fresh.traced];
  const survived = [...old.survived, ...fresh.survived];
  const takesTime = (/** @type {{ expected: string[] }} */ { expected }) =>
    expected.some((line) => Number.parseFloat(line) > 0);
  const slow = fresh.traced.filter(takesTime).slice(0, real);

  /** @param {Host} host @param {{ name?: string, path?: string }} [node] */
  const check = async (host, { name = host, path = process.execPath } = {}) => {
    judge(tally, `scenarios on ${name}`, traced.length, await conform(host, traced, { node: path }));
    const { outcomes } = await runOn(host, survived, { node: path });
    for (const [n, outcome] of outcomes.entries())
      tally.check(`${name} survives ${survived[n]}`, 'trace' in outcome, 'died' in outcome ? outcome.died : '');
  };
  /** @param {Host} host */
  const checkSlowly = async (host) =>
    judge(tally, `scenarios in real time on ${host}`, slow.length, { differences: await inRealTime(host, slow) });
  const few = [...old.traced, ...fresh.traced.slice(0, swept)];
  const sweep = async () =>
    judge(tally, 'scenarios with failing allocations', few.length, await conform('sim', few, { sweep: true }));

  const wasmtime = all && which('wasmtime');
  if (all && !wasmtime) tally.skip('scenarios on wasmtime', 'put wasmtime 48 on the PATH');
  await Promise.all([check('sim'), ...nodes(all).map((node) => check('node', node))]);
  await Promise.all([check('wasi'), wasmtime && check('wasmtime')]);
  await Promise.all([checkSlowly('node'), wasmtime && checkSlowly('wasmtime'), sweep()]);
}
