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
  known: {
    'a store that there was before the package is noticed': 'nothing tells there whether there is one',
    'pull, cancel, write and close': 'its own streams forget the context of a close that waits for a write',
    'whoever holds an App, a function, a call, an error or a signal does not hold the memory':
      'it looks for what is held by chance as well: whatever a word on the stack could point to',
  },
});
