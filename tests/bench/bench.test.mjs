// That the benchmark runs: every row has a number. How large it is, is no test's business. A minute long: for --all (the js leg).

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ROWS } from './rows.mjs';

test('npm run bench -- --quick --json gives every row a number', async () => {
  const script = fileURLToPath(new URL('./run.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--quick', '--json']);
  const results = JSON.parse(stdout);
  assert.deepEqual(
    results.map((/** @type {{ row: string }} */ { row }) => row),
    ROWS.map(({ row }) => row),
  );
  for (const { row, ns, unit } of results) assert.ok(Number.isFinite(ns) && ns > 0 && unit, `${row}: ${ns} ${unit}`);
});
