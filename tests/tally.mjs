// Counts test cases and keeps the words of those that failed. One tally a leg.
// It must not know what is tested, nor how a leg runs its programs.

/** A leg's result as it grows. */
export class Tally {
  passed = 0;
  failed = 0;
  skipped = 0;
  /** @type {string[]} what to print when the leg is over */
  complaints = [];

  /** @param {number} [cases] */
  pass(cases = 1) {
    this.passed += cases;
  }

  /** @param {string} name @param {string} [output]  printed in full */
  fail(name, output = '') {
    this.failed++;
    this.complaints.push(`not ok ${name}\n${output.trimEnd()}`);
  }

  /** Something to print when the leg is over, whatever came of it. @param {string} text */
  note(text) {
    this.complaints.push(text);
  }

  /** One case with its verdict. @param {string} name @param {boolean} good @param {string} [output] */
  check(name, good, output) {
    if (good) this.pass();
    else this.fail(name, output);
  }

  /** @param {string} name @param {string} remedy */
  skip(name, remedy) {
    this.skipped++;
    this.complaints.push(`skipped ${name}: ${remedy}`);
  }

  /**
   * A test program's run: its `ok name` and `not ok name` lines are the cases. A program that dies, or says nothing, is a
   * failed case itself.
   * @param {string} program @param {{ status: number | null, output: string }} run
   */
  program(program, { status, output }) {
    const good = output.match(/^ok\b/gm)?.length ?? 0;
    const bad = output.match(/^not ok\b/gm)?.length ?? 0;
    this.pass(good);
    if (bad > 0 || status !== 0) {
      this.fail(`${program} (exit status ${status}, ${good} ok before or beside it)`, output);
      this.failed += Math.max(0, bad - 1);
    } else if (good === 0) this.fail(program, `it printed no case: ${output}`);
  }

  /**
   * A program whose whole output is known.
   * @param {string} program @param {{ status: number | null, output: string }} run @param {string} expected
   */
  trace(program, { status, output }, expected) {
    const same = status === 0 && output === expected;
    this.check(program, same, `exit status ${status}\n${difference(expected, output)}`);
  }
}

/** The first lines where two texts part. @param {string} expected @param {string} got */
function difference(expected, got) {
  const [want, have] = [expected.split('\n'), got.split('\n')];
  const at = want.findIndex((line, n) => line !== have[n]);
  const from = at < 0 ? want.length : at;
  const show = (/** @type {string[]} */ lines) => lines.slice(Math.max(0, from - 2), from + 6).join('\n    ');
  return `from line ${from + 1}:\n  expected\n    ${show(want)}\n  got\n    ${show(have)}`;
}
