// What the two browser legs share: each module of tests/browser that exports run({ browserName, tally }) is a check.
// It must not know what is checked. A module that never touches the tally is one case; what it throws is its failure.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from './browser/launch.mjs';

const FOLDER = join(import.meta.dirname, 'browser');

/**
 * @param {import('./browser/launch.mjs').BrowserName} browserName @param {string} remedy
 */
export function browserLeg(browserName, remedy) {
  return {
    needs: () => (findBrowser(browserName) ? null : remedy),
    /** @param {import('./tally.mjs').Tally} tally */
    async run(tally) {
      for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.mjs'))) {
        const check = await import(`./browser/${name}`);
        if (!check.run) continue;
        const before = tally.passed + tally.failed;
        try {
          await check.run({ browserName, tally });
          if (tally.passed + tally.failed === before) tally.pass();
        } catch (error) {
          tally.fail(`${name} in ${browserName}`, `${/** @type {any} */ (error)?.stack ?? error}`);
        }
      }
    },
  };
}
