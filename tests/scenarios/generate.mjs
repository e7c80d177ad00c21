// Random programs of the scenario language: every statement, nested to depth 4, few objects and many tasks, so that they meet.
// It must not know what a program does when it runs.
//
// What the language demands is kept: a body starts only later ones, a generator only generators after it and bodies that use no
// generator, as_completed stands in no eager program, yield only where it may. Half the programs have timers that tie, on purpose;
// those for real time have none.

import { Random } from './random.mjs';
import { FOOD, MORE, SUBJECTS } from './statements.mjs';

/** @typedef {import('./statements.mjs').Place} Place */
/** @typedef {any[]} Statement  [op, ...arguments] */
/** @typedef {Statement[]} Block */
/** @typedef {{ v: 1, eager: boolean, bodies: Block[], gens: Block[], real?: boolean, unit?: number, chains?: boolean, agens?: boolean }} Program */

const DEPTH = 4;
const KINDS = ['boom', 'timeout', 'cancelled', 'group', 'any', 'base', 'none'];
/** What neither fails nor waits for others. */
const MILD = new Set([
  'y',
  'sleep',
  'spawn',
  'spawn_eager',
  'cancel',
  'return',
  'raise',
  'try',
  'agen',
  'ctxget',
  'ctxset',
  'soon',
  'later',
]);
const COST = 160; // how many statements a program may run, at most

export class Maker {
  /** @param {number} seed @param {number} index @param {boolean} coarse */
  constructor(seed, index, coarse) {
    this.random = new Random(seed, index);
    this.coarse = coarse;
    const { random } = this;
    /** @type {Program} */
    this.program = { v: 1, eager: random.chance(0.35), bodies: [], gens: [] };
    /** Whether it has what the language was extended by. */
    this.more = random.chance(0.5);
    if (this.more) Object.assign(this.program, { chains: random.chance(0.6), agens: random.chance(0.5) });
    this.bodies = random.pick([1, 2, 3, 3, 4, 4, 5, 6]);
    /** @type {((make: Maker) => Statement)[]} */
    this.food = [];
    this.about = this.choices();
    this.futures = random.between(1, random.chance(0.8) ? 2 : 4);
    this.queues = random.chance(0.7) ? [random.between(0, 2)] : [0, 1, 2];
    this.slots = random.between(1, 2);
    if (coarse) this.program.real = true;
    /** Delays in units of 0.1 ms that are taken. @type {Set<number>} */
    this.delays = new Set();
    /** The delay whose small multiples many statements have; their sums tie, but for the last bit. 0: none */
    this.step = !coarse && random.chance(0.5) ? random.pick([0.5, 0.25, 0.1, 0.3, 0.0007]) : 0;
    this.longest = random.pick([1, 3, 6]);
    /** @type {number[]} what running each body costs */
    this.costs = [];
    /** @type {number[]} in how many places each is started */
    this.starts = [];
    /** @type {number[]} what running each generator costs */
    this.genCosts = [];
    this.left = 0;
  }

  /** The statements to choose from: those of a few subjects often, the others seldom; in a calm program little goes wrong. */
  choices() {
    const subjects = this.more ? { ...SUBJECTS, ...MORE } : SUBJECTS;
    const names = Object.keys(subjects).filter((name) => name !== 'flow' && name !== 'tasks');
    if (this.more) names.push(...Object.keys(MORE), ...Object.keys(MORE));
    const few = new Set(Array.from({ length: this.random.between(1, 4) }, () => this.random.pick(names)));
    const calm = this.random.chance(0.4);
    this.food = [...few].flatMap((name) => FOOD[name] ?? []);
    return Object.entries(subjects).flatMap(([name, makes]) => {
      const often = few.has(name) ? 4 : name === 'flow' || name === 'tasks' ? 1.5 : 0.12;
      return makes.map(([weight, make, rough]) => ({ weight: weight * often * (calm && rough ? 0.15 : 1), make }));
    });
  }

  // ---- Arguments

  number = () => this.random.between(0, 9);
  task = () => this.random.between(0, 7);
  future = () => this.random.between(0, this.futures - 1);
  queue = () => this.random.pick(this.queues);
  handle = () => this.random.between(0, 1);
  message = () => (this.random.chance(0.7) ? null : `m${this.random.between(1, 3)}`);

  /** A number or, in the extended language, a value of its own. */
  value = () => (this.more && this.random.chance(0.3) ? 'own' : this.number());

  /** Values of their own have no order. @param {string} op @returns {Statement} */
  putting(op) {
    const queue = this.queue();
    return [op, queue, queue === 2 ? this.number() : this.value()];
  }

  /** What an error comes of. @param {Place} at */
  origin(at) {
    if (this.random.chance(at.handles ? 0.6 : 0.1)) return 'caught';
    return this.random.chance(0.3) ? null : this.number();
  }

  /** A delay that no other statement has, or one of few; zero, or one that has passed, as often as told. @param {number} passed */
  delay(passed) {
    if (this.random.chance(passed)) return this.random.pick([0, -1]);
    if (this.step && this.random.chance(0.8)) return this.step * this.random.between(1, 3);
    for (;;) {
      const fraction = this.coarse ? this.random.between(1, 80) * 100 : this.random.between(1, 999);
      if (this.delays.has(fraction) && this.delays.size < 60) continue;
      this.delays.add(fraction);
      return (fraction + (this.coarse ? 0 : this.random.between(0, this.longest) * 1000)) / 10000;
    }
  }

  /** A delay or null. @param {number} passed */
  perhaps(passed) {
    return this.random.chance(0.25) ? null : this.delay(passed);
  }

  /** A few. @template T @param {() => T} one @param {number} [least]  @returns {T[]} */
  some(one, least = 1) {
    return Array.from({ length: this.random.between(least, 3) }, one);
  }

  // ---- Statements with something in them

  /** @param {Place} at @param {(body: number) => Statement | null} statement */
  starting(at, statement) {
    const bodies = this.costs.flatMap((cost, body) => (body >= at.body && cost * at.times <= this.left ? [body] : []));
    if (bodies.length === 0) return null;
    // Of two the one that is started less, where no timers are to tie: the same body twice at a time has some that do.
    const [one, other] = [this.random.pick(bodies), this.random.pick(bodies)];
    const body = this.step || (this.starts[one] ?? 0) <= (this.starts[other] ?? 0) ? one : other;
    this.starts[body] = (this.starts[body] ?? 0) + 1;
    this.left -= (this.costs[body] ?? 0) * at.times;
    return statement(body);
  }

  /** @param {Place} at @param {(bodies: number[]) => Statement | null} statement @param {number} [least] */
  startingSome(at, statement, least = 1) {
    /** @type {number[]} */
    const bodies = [];
    for (let n = this.random.between(least, 3); n > 0; n--) this.starting(at, (body) => (bodies.push(body), null));
    return bodies.length < least ? null : statement(bodies);
  }

  /** @param {Place} at @param {Partial<Place>} within @param {(block: Block) => Statement} statement */
  nested(at, within, statement) {
    if (at.depth >= DEPTH) return null;
    return statement(this.block({ ...at, ...within, depth: at.depth + 1 }, this.random.between(1, 3)));
  }

  /** Takes what the task holds already only seldom: that is a deadlock. @param {Place} at @param {string} op @param {Block} first */
  holding(at, op, ...first) {
    if (at.held.includes(op) && !this.random.chance(0.05)) return null;
    return this.nested(at, { held: [...at.held, op] }, (block) => [op, [...first, ...block]]);
  }

  /** @param {Place} at */
  trying(at) {
    const kind = this.random.pick(KINDS);
    const ends = kind === 'none' || this.random.chance(0.5);
    const inner = { ...at, depth: at.depth + 1 };
    return this.nested(at, {}, (block) => {
      const handler = kind === 'none' ? [] : this.block({ ...inner, handles: true }, this.random.between(0, 2));
      return ['try', block, kind, handler, ends ? this.block(inner, this.random.between(1, 2)) : null];
    });
  }

  /** One that may be made here. @param {Place} at */
  newGenerator(at) {
    const gens = this.genCosts.flatMap((cost, gen) => (gen >= at.gen && cost * at.times <= this.left ? [gen] : []));
    if (gens.length === 0) return null;
    const gen = this.random.pick(gens);
    this.left -= (this.genCosts[gen] ?? 0) * at.times;
    return gen;
  }

  /** @param {Place} at */
  generator(at) {
    const gen = this.newGenerator(at);
    return gen === null ? null : ['agen', this.random.between(0, this.slots - 1), gen];
  }

  /** Made, begun and dropped: its finalizer closes it. @param {Place} at  @returns {Statement | null} */
  lettingGo(at) {
    const made = this.generator(at);
    if (!made || at.depth >= DEPTH) return null;
    this.left -= 3 * at.times;
    return ['try', [made, ['anext', made[1]], ['drop', made[1]]], 'any', [], null];
  }

  /** An error that is caught, and is handled by what raises others, or itself again. @param {Place} at */
  handling(at) {
    if (at.depth >= DEPTH) return null;
    const { random } = this;
    const kept = () => random.between(0, 1);
    const inner = { ...at, depth: at.depth + 1, handles: true };
    this.left -= 3 * at.times;
    /** @type {Statement} */
    const raising = random.pick([
      ['raise', this.number()],
      ['raise_from', this.number(), this.origin(at)],
      ['raise_group', [this.number(), this.origin(at)]],
      ['raise_kept', kept()],
      ['await_f', this.future()],
    ]);
    /** @type {Block} */
    const handler = random.chance(0.5) ? [['keep', kept()]] : [];
    handler.push(...this.block(inner, random.between(0, 2)));
    if (random.chance(0.3)) handler.push(['fail_kept', this.future(), kept()]);
    if (random.chance(0.6))
      handler.push(
        random.pick([
          ['raise', this.number()],
          ['raise_from', this.number(), this.origin(inner)],
          ['reraise'],
          ['raise_kept', kept()],
          ['await_f', this.future()],
        ]),
      );
    const final = random.chance(0.3) ? this.block({ ...inner, handles: at.handles }, random.between(1, 2)) : null;
    return ['try', [raising], random.pick(['any', 'base', 'boom']), handler, final];
  }

  /** @param {Place} at */
  iteratingNew(at) {
    const gen = this.newGenerator(at);
    const most = this.random.chance(0.4) ? 0 : this.random.between(1, 3);
    return gen === null ? null : this.nested(at, { times: at.times * 4 }, (block) => ['for_new', gen, most, block]);
  }

  /** @param {Place} at @param {(slot: number) => Statement | null} statement */
  slot(at, statement) {
    return at.gen === Infinity || this.genCosts.length === 0 ? null : statement(this.random.between(0, this.slots - 1));
  }

  // ---- Blocks

  /** @param {Place} at  @returns {Statement} */
  statement(at) {
    for (;;) {
      const made = this.random.weighted(this.about).make(this, at);
      if (made) return made;
    }
  }

  /** @param {Place} at @param {number} length  @returns {Block} */
  block(at, length) {
    /** @type {Block} */
    const block = [];
    while (block.length < length && this.left > 0) {
      this.left -= at.times;
      const statement = this.statement(at);
      block.push(at.depth === 0 ? this.guarded(statement) : statement);
    }
    return block;
  }

  /** Perhaps with something around it that lets the body go on after an error, or after a wait without end. @param {Statement} statement */
  guarded(statement) {
    if (MILD.has(statement[0])) return statement;
    const timed = this.random.chance(0.2) ? ['timeout', this.delay(0.05), [statement]] : statement;
    const kind = this.random.pick(['any', 'any', 'base', 'base', 'cancelled']);
    return this.random.chance(timed === statement ? 0.25 : 0.5) ? ['try', [timed], kind, [], null] : timed;
  }

  /** A generator's own statements: with yields among them. @param {Place} at  @returns {Block} */
  yielding(at) {
    const some = (/** @type {number} */ length, place = at) =>
      this.block(place, length).flatMap((statement) =>
        this.random.chance(0.5) ? [['yield', this.value()], statement] : [statement],
      );
    const whole = some(this.random.between(1, 3));
    if (this.random.chance(0.5)) {
      const kind = this.random.pick(KINDS);
      const ends = kind === 'none' || this.random.chance(0.6) ? some(this.random.between(1, 2)) : null;
      const inner = { ...at, depth: 1 };
      const handled = { ...inner, handles: true };
      const handler =
        kind === 'none'
          ? []
          : this.more && this.random.chance(0.4)
            ? some(this.random.between(1, 2), handled)
            : this.block(handled, this.random.between(0, 2));
      const block = [['yield', this.value()], ...some(this.random.between(0, 2))];
      whole.push(['try', block, kind, handler, ends]);
    }
    whole.splice(this.random.between(0, whole.length), 0, ['yield', this.value()]);
    return whole;
  }

  make() {
    const { program, random } = this;
    // From the last to the first: what a body starts is there already. The last ones use no generator, so generators may start them.
    const simple = random.between(Math.ceil(this.bodies / 2), this.bodies);
    const gens = this.bodies > 1 || random.chance(0.5) ? random.between(this.more ? 1 : 0, 3) : 0;
    for (let body = this.bodies - 1; body >= 0; body--) {
      if (body === simple - 1 || (body === this.bodies - 1 && simple === this.bodies)) this.generators(simple, gens);
      const whole = body === 0 ? COST : 30;
      this.left = whole;
      const at = {
        body: body + 1,
        gen: body < simple ? 0 : Infinity,
        depth: 0,
        times: 1,
        timed: false,
        group: false,
        held: [],
        handles: false,
      };
      const before = body === 0 ? random.between(1, 4) : random.chance(0.2) ? random.between(1, 2) : 0;
      const starts = Array.from({ length: before }, () => this.starting(at, (next) => ['spawn', next]));
      if (body === 0 && random.chance(0.5)) starts.unshift(this.generator(at));
      if (body === 0 && this.bodies < 6 && random.chance(0.5)) starts.unshift(this.feeder());
      const block = [...starts.flatMap((start) => (start ? [start] : [])), ...this.block(at, random.between(2, 6))];
      if (body === 0 && random.chance(0.5)) block.push(['sleep', this.delay(0)]);
      program.bodies[body] = block;
      this.costs[body] = whole - this.left + 1;
    }
    return program;
  }

  /** One body more that now and then does what the others wait for; how it is started. @returns {Statement | null} */
  feeder() {
    const { random, food } = this;
    if (food.length === 0) return null;
    const meals = Array.from({ length: random.between(2, 6) }, () => [
      'try',
      [random.pick(food)(this)],
      'any',
      [],
      null,
    ]);
    this.program.bodies[this.bodies] = meals.flatMap((meal) =>
      random.chance(0.3) ? [meal] : [['sleep', this.delay(0)], meal],
    );
    return ['spawn', this.bodies];
  }

  /** @param {number} simple @param {number} count */
  generators(simple, count) {
    for (let gen = count - 1; gen >= 0; gen--) {
      this.left = 15;
      const at = {
        body: simple,
        gen: gen + 1,
        depth: 0,
        times: 1,
        timed: false,
        group: false,
        held: [],
        handles: false,
      };
      this.program.gens[gen] = this.yielding(at);
      this.genCosts[gen] = 16 - this.left;
    }
  }
}

/**
 * The program of a seed with a number. `coarse`: whatever happens at different times is 10 ms apart, to be run in real time.
 * @param {number} seed @param {number} index @param {{ coarse?: boolean }} [options]
 */
export const generate = (seed, index, { coarse = false } = {}) => new Maker(seed, index, coarse).make();

/**
 * A row of programs as JSON texts.
 * @param {number} seed @param {number} count @param {number} [from] @param {{ coarse?: boolean }} [options]
 */
export const programs = (seed, count, from = 0, options = {}) =>
  Array.from({ length: count }, (_, n) => JSON.stringify(generate(seed, from + n, options)));
