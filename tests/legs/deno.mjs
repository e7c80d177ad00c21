// The deno leg: the gallery, the conformance suite and the bridge's tests in Deno, by its own test runner.

import { join } from 'node:path';
import { runtimeLeg } from '../runtimes.mjs';
import { CACHE } from '../engines.mjs';

export const { needs, run } = runtimeLeg({
  name: 'deno',
  env: { DENO_DIR: join(CACHE, 'deno'), DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' },
  script: ['run', '-A', '--no-check', '--node-modules-dir=manual'],
  test: ['test', '-A', '--no-check', '--node-modules-dir=manual', '--reporter=tap'],
  words: {
    file: /^# \.\/(tests\/js\/.*)$/,
    passed: /^ok \d+ - (.*)$/,
    failed: /^not ok \d+ - (.*)$/,
  },
  known: {
    'a store that there was before the package is noticed': 'nothing tells there whether there is one',
    'whoever holds an App, a function, a call, an error or a signal does not hold the memory':
      'an error keeps the frames of its stack there, though it is a text already',
    'fake timers that are put in and taken away leave the instance its clock':
      "the mocks of Deno's node:test replace the timers that were taken before them, too",
  },
});
