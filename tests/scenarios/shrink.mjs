// Makes a program smaller as long as something stays true of it.
// It must not know what that is.

/** @typedef {import('./generate.mjs').Program} Program */
/** @typedef {import('./generate.mjs').Block} Block */

/** Which arguments of a statement are blocks. @type {Record<string, number[]>} */
const BLOCKS = {
  timeout: [2],
  tg: [2],
  lock: [1],
  sem: [1],
  bsem: [1],
  cond: [1],
  try: [1, 3, 4],
  for: [2],
  for_n: [3],
  for_new: [3],
  ctxwith: [2],
};
/** Which are lists that may lose a member. @type {Record<string, [index: number, least: number]>} */
const LISTS = { tg: [1, 0], gather: [2, 1], gather_t: [2, 1], wait: [1, 1], as_completed: [1, 1], raise_group: [1, 0] };

/** Every block that is a step smaller. @param {Block} block  @returns {Generator<Block>} */
function* smaller(block) {
  if (block.length > 3) {
    const half = block.length >> 1;
    yield block.slice(0, half);
    yield block.slice(half);
  }
  for (const [at, statement] of block.entries()) {
    const put = (/** @type {Block} */ ...instead) => [...block.slice(0, at), ...instead, ...block.slice(at + 1)];
    yield put();
    const [op] = statement;
    for (const index of BLOCKS[op] ?? []) {
      const inner = statement[index];
      if (!inner) continue;
      if (inner.length > 0) yield put(...inner);
      if (op === 'try' && index === 4) yield put(statement.with(4, null));
      for (const less of smaller(inner)) yield put(statement.with(index, less));
    }
    const [list, least] = LISTS[op] ?? [];
    if (list !== undefined && least !== undefined && statement[list].length > least)
      for (const member of statement[list].keys())
        yield put(statement.with(list, statement[list].toSpliced(member, 1)));
  }
}

/** Without what nothing refers to at the end of the lists. @param {Program} program  @returns {Program} */
function trimmed(program) {
  const { bodies, gens } = program;
  let [lastBody, lastGen] = [bodies.length, gens.length];
  while (lastBody > 1 && bodies[lastBody - 1]?.length === 0 && !starts(program, lastBody - 1)) lastBody--;
  while (lastGen > 0 && !makes(program, lastGen - 1)) lastGen--;
  return { ...program, bodies: bodies.slice(0, lastBody), gens: gens.slice(0, lastGen) };
}

/** Every statement, nested ones too. @param {Block} block  @returns {Generator<any[]>} */
function* statements(block) {
  for (const statement of block) {
    yield statement;
    for (const index of BLOCKS[statement[0]] ?? []) if (statement[index]) yield* statements(statement[index]);
  }
}

/** @param {Program} program @param {number} body */
const starts = (program, body) =>
  [...program.bodies, ...program.gens].some((block) =>
    [...statements(block)].some(
      ([op, first, second]) =>
        (/^(spawn|spawn_eager|call|shield_b|tg_spawn|wait_for_b)$/.test(op) && first === body) ||
        (/^(tg|as_completed)$/.test(op) && first.includes(body)) ||
        (op === 'spawn_in' && second === body) ||
        (op === 'gather' && second.includes(body)),
    ),
  );

/** @param {Program} program @param {number} gen */
const makes = (program, gen) =>
  [...program.bodies, ...program.gens].some((block) =>
    [...statements(block)].some(
      ([op, one, other]) => (op === 'agen' && other === gen) || (op === 'for_new' && one === gen),
    ),
  );

/** Every program that is a step smaller. @param {Program} program  @returns {Generator<Program>} */
function* steps(program) {
  if (program.eager) yield { ...program, eager: false };
  for (const key of ['chains', 'agens']) if (key in program) yield without(program, key);
  for (const key of /** @type {const} */ (['bodies', 'gens']))
    for (const [at, block] of program[key].entries()) {
      if (block.length > 0) yield trimmed({ ...program, [key]: program[key].with(at, []) });
      for (const less of smaller(block)) yield trimmed({ ...program, [key]: program[key].with(at, less) });
    }
}

/** @param {Program} program @param {string} key */
const without = (program, key) =>
  /** @type {Program} */ (Object.fromEntries(Object.entries(program).filter(([name]) => name !== key)));

/** @param {Block} block */
const withoutYield = (block) => [...statements(block)].every(([op]) => op !== 'yield');

/** Whether yield stands only where it may: in a generator itself, and in the blocks of a try of its own. @param {Program} program */
const legal = ({ bodies, gens }) =>
  bodies.every(withoutYield) &&
  gens.flat().every((statement) => {
    const [op, first, , handler, final] = statement;
    if (op === 'yield') return true;
    if (op !== 'try') return withoutYield([statement]);
    return withoutYield([...first, ...handler, ...(final ?? [])].filter(([inner]) => inner !== 'yield'));
  });

/**
 * The smallest program that a greedy search finds.
 * @param {Program} program @param {(programs: Program[]) => Promise<boolean[]>} still  of which it is still true
 */
export async function shrink(program, still) {
  for (;;) {
    const candidates = [...steps(program)].filter(legal).sort((a, b) => size(a) - size(b));
    const good = await still(candidates);
    const best = candidates[good.indexOf(true)];
    if (!best) return program;
    program = best;
  }
}

/** @param {Program} program */
const size = (program) => JSON.stringify(program).length;
