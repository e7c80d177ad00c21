// The statements that random programs are made of, by subject: how often each comes, and its arguments.
// It must not know how a program is put together (generate.mjs).

/** @typedef {import('./generate.mjs').Maker} Maker */
/** @typedef {import('./generate.mjs').Statement} Statement */

const MODES = ['FIRST_COMPLETED', 'FIRST_EXCEPTION', 'ALL_COMPLETED'];

/**
 * Where a statement is being made.
 * @typedef {object} Place
 * @property {number} body    bodies from here on may be started
 * @property {number} gen     generators from here on may be made; Infinity: none may be touched
 * @property {number} depth
 * @property {number} times   how often a loop around it may go round
 * @property {boolean} timed  inside a timeout
 * @property {boolean} group  inside a task group
 * @property {string[]} held   locks and their like that it is inside of
 * @property {boolean} handles  inside an except clause
 */

/** @typedef {(make: Maker, at: Place) => Statement | null} Make  null: it cannot stand here */

/** Statements by subject; a program is mostly about a few subjects. Before each how often it comes. @type {Record<string, [often: number, make: Make, rough?: true][]>} */
export const SUBJECTS = {
  flow: [
    [6, () => ['y']],
    [6, (make) => ['sleep', make.delay(0.05)]],
    [5, (make, at) => make.trying(at)],
    [2, (make, at) => make.starting(at, (body) => ['call', body])],
    [1.5, (make) => ['raise', make.number()], true],
    [0.7, (make) => ['return', make.value()]],
  ],
  tasks: [
    [5, (make, at) => make.starting(at, (body) => ['spawn', body])],
    [2, (make, at) => make.starting(at, (body) => ['spawn_eager', body])],
    [4, (make) => ['cancel', make.task(), make.message()], true],
    [3, (make) => ['await_t', make.task()]],
    [1, () => ['uncancel'], true],
    [1, () => ['cancelling']],
  ],
  futures: [
    [4, (make) => ['await_f', make.future()]],
    [3, (make) => ['set_f', make.future(), make.value()]],
    [2, (make) => ['fail_f', make.future(), make.number()], true],
    [2, (make) => ['cancel_f', make.future(), make.message()], true],
    [2, (make) => ['later_set_f', make.delay(0), make.future(), make.value()]],
  ],
  shield: [
    [3, (make) => ['shield_t', make.task()]],
    [3, (make, at) => make.starting(at, (body) => ['shield_b', body])],
  ],
  wait: [
    [4, (make) => ['wait', make.some(() => make.task()), make.perhaps(0.5), make.random.pick(MODES)]],
    [
      4,
      (make, at) =>
        make.program.eager ? null : make.startingSome(at, (bodies) => ['as_completed', bodies, make.perhaps(0.5)]),
    ],
  ],
  gather: [
    [4, (make, at) => make.startingSome(at, (bodies) => ['gather', make.random.chance(0.4), bodies])],
    [3, (make) => ['gather_t', make.random.chance(0.4), make.some(() => make.task())]],
  ],
  wait_for: [
    [2, (make) => ['wait_for_f', make.future(), make.perhaps(0.1)]],
    [3, (make) => ['wait_for_t', make.task(), make.perhaps(0.1)]],
    [3, (make, at) => make.starting(at, (body) => ['wait_for_b', body, make.perhaps(0.1)])],
  ],
  timeout: [
    [5, (make, at) => make.nested(at, { timed: true }, (block) => ['timeout', make.perhaps(0.15), block])],
    [3, (make, at) => (at.timed || make.random.chance(0.05) ? ['reschedule', make.perhaps(0.2)] : null)],
  ],
  group: [
    [
      5,
      (make, at) =>
        make.startingSome(at, (bodies) => make.nested(at, { group: true }, (block) => ['tg', bodies, block]), 0),
    ],
    [4, (make, at) => (at.group || make.random.chance(0.05) ? make.starting(at, (body) => ['tg_spawn', body]) : null)],
    [2, (make, at) => (at.group || make.random.chance(0.05) ? ['tg_cancel'] : null), true],
  ],
  lock: [[5, (make, at) => make.holding(at, 'lock')]],
  semaphore: [
    [3, (make, at) => make.holding(at, 'sem')],
    [3, (make, at) => make.holding(at, 'bsem')],
    [1, () => ['sem_release']],
    [1, () => ['bsem_release'], true],
  ],
  condition: [
    [2, (make, at) => make.holding(at, 'cond')],
    [3, (make, at) => make.holding(at, 'cond', ['cond_wait'])],
    [3, (make, at) => make.holding(at, 'cond', ['notify', make.random.between(0, 3)])],
    [1, () => ['cond_wait']],
    [1, (make) => ['notify', make.random.between(0, 3)]],
    [1, () => ['notify_all']],
  ],
  event: [
    [4, () => ['ev_wait']],
    [2, () => ['ev_set']],
    [1, () => ['ev_clear']],
  ],
  queue: [
    [5, (make) => make.putting('put')],
    [5, (make) => ['get', make.queue()]],
    [2, (make) => make.putting('put_nw')],
    [2, (make) => ['get_nw', make.queue()], true],
    [2, (make) => ['task_done', make.queue()], true],
    [1.5, (make) => ['join', make.queue()]],
    [1, (make) => ['shutdown', make.queue(), make.random.chance(0.4)], true],
  ],
  barrier: [
    [5, () => ['barrier']],
    [1, () => ['b_reset'], true],
    [0.5, () => ['b_abort'], true],
  ],
  callbacks: [
    [3, (make) => ['cb_f', make.future(), make.random.between(0, 2)]],
    [1, (make) => ['cb_rm_f', make.future(), make.random.between(0, 2)]],
    [3, (make) => ['cb_t', make.task(), make.random.between(0, 2)]],
    [1, (make) => ['cb_raise_f', make.future(), make.number()], true],
    [2, (make) => ['set_f', make.future(), make.number()]],
  ],
  handles: [
    [2, (make) => ['soon', make.handle(), make.number()]],
    [2, (make) => ['later', make.handle(), make.delay(0), make.number()]],
    [2, (make) => ['later_cancel_t', make.delay(0), make.task()], true],
    [2, (make) => ['hcancel', make.handle()]],
  ],
  generators: [
    [4, (make, at) => make.generator(at)],
    [3, (make, at) => make.slot(at, (slot) => ['anext', slot])],
    [1.5, (make, at) => make.slot(at, (slot) => ['aclose', slot])],
    [1.5, (make, at) => make.slot(at, (slot) => ['athrow', slot, make.number()]), true],
    [
      3,
      (make, at) => make.slot(at, (slot) => make.nested(at, { times: at.times * 4 }, (block) => ['for', slot, block])),
    ],
  ],
  context: [
    [1, (make) => ['ctxset', make.value()]],
    [2, () => ['ctxget']],
  ],
};

/** What only programs of the extended language have. @type {typeof SUBJECTS} */
export const MORE = {
  iteration: [
    [3, (make, at) => make.generator(at)],
    [3, (make, at) => make.lettingGo(at)],
    [3, (make, at) => make.slot(at, (slot) => ['asend', slot, make.value()])],
    [2, (make, at) => make.slot(at, (slot) => ['anext', slot])],
    [2, (make, at) => make.slot(at, (slot) => ['drop', slot])],
    [
      2,
      (make, at) =>
        make.slot(at, (slot) =>
          make.nested(at, { times: at.times * 3 }, (block) => ['for_n', slot, make.random.between(1, 3), block]),
        ),
    ],
    [3, (make, at) => make.iteratingNew(at)],
  ],
  contexts: [
    [2, (make, at) => make.nested(at, {}, (block) => ['ctxwith', make.value(), block])],
    [2, (make) => ['ctxset', make.value()]],
    [3, () => ['ctxget']],
    [2, (make) => ['ctxcopy', make.random.between(0, 1)]],
    [2, (make) => ['ctxin', make.random.between(0, 1), make.value()]],
    [2, (make, at) => make.starting(at, (body) => ['spawn_in', make.random.between(0, 1), body])],
    [1, (make) => ['soon_ctx', make.value()]],
    [1, (make) => ['cb_ctx_f', make.future(), make.value()]],
  ],
  chains: [
    [8, (make, at) => make.handling(at)],
    [2, (make, at) => ['raise_from', make.number(), make.origin(at)], true],
    [1.5, (make, at) => ['raise_group', make.some(() => make.origin(at) ?? make.number())], true],
    [1, (make, at) => (at.handles || make.random.chance(0.1) ? ['reraise'] : null), true],
    [2, (make, at) => (at.handles ? ['keep', make.random.between(0, 1)] : null)],
    [1, (make) => ['kept', make.random.between(0, 1)]],
    [2, (make) => ['raise_kept', make.random.between(0, 1)], true],
    [1, (make) => ['fail_kept', make.future(), make.random.between(0, 1)], true],
    [1, (make) => ['await_f', make.future()]],
  ],
  owned: [
    [4, () => ['released']],
    [2, (make) => ['renew_f', make.future()]],
    [2, (make) => ['forget_t', make.task()]],
    [2, (make) => ['set_f', make.future(), 'own']],
    [2, (make) => ['return', 'own']],
    [2, (make) => ['await_t', make.task()]],
  ],
};

/** What those wait for that a subject makes wait. @type {Record<string, (make: Maker) => Statement>} */
export const FOOD = {
  futures: (make) => ['set_f', make.future(), make.number()],
  wait_for: (make) => ['set_f', make.future(), make.number()],
  semaphore: () => ['sem_release'],
  condition: () => ['cond', [['notify_all']]],
  event: () => ['ev_set'],
  queue: (make) =>
    make.random.pick([
      ['put_nw', make.queue(), make.number()],
      ['get_nw', make.queue()],
      ['task_done', make.queue()],
    ]),
  barrier: (make) => ['timeout', make.delay(0), [['barrier']]],
};
