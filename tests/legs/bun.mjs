// The bun leg: the gallery, the conformance suite and the bridge's tests in Bun, by its own test runner.

import { runtimeLeg } from '../runtimes.mjs';

export const { needs, run } = runtimeLeg({
  name: 'bun',
  env: { NO_COLOR: '1' },
  script: [],
  test: ['test', '--timeout=600000'],
  words: {
    file: /^(tests\/js\/.*):$/,
    passed: /^\(pass\) (.*?)(?: \[[\d.]+ms\])?$/,
    failed: /^\(fail\) (.*?)(?: \[[\d.]+ms\])?$/,
  },
  known: {},
});
