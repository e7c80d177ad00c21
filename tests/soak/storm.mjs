// Many jobs (jobs.c) in an instance: what came of them, and whether anything is left.
// It must not know where it runs.

/** As caw_executor_kind has them. */
export const KINDS = { instances: 1, inline: 3 };

/** What a run of many jobs says; throws what was wrong with them. @param {any} app @param {keyof typeof KINDS} kind @param {number} count @param {number} seed */
export async function storm(app, kind, count, seed) {
  /** @type {string} */
  const said = await app.exports.storm_of(KINDS[kind], count, seed);
  const { bytes, ...alive } = app.stats();
  if (Object.values(alive).some((left) => left !== 0)) throw new Error(`alive: ${JSON.stringify(alive)}`);
  return said;
}
