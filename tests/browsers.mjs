// What the browser legs share: each module of tests/browser that exports run({ browserName, tally }) is a check.
// It must not know what is checked. A module that never touches the tally is one case; what it throws is its failure.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from './browser/launch.mjs';

const FOLDER = join(import.meta.dirname, 'browser');

/**
 * @param {import('./browser/launch.mjs').BrowserName} browserName @param {string} remedy
 * @param {(name: string) => boolean} has  which checks are for it
 */
export function browserLeg(browserName, remedy, has) {
  return {
    needs: () => (findBrowser(browserName) ? null : remedy),
    /** @param {import('./tally.mjs').Tally} tally */
    async run(tally) {
      for (const file of readdirSync(FOLDER).filter(
        (file) => file.endsWith('.mjs') && has(file.replace(/\.mjs$/, '')),
      )) {
        const check = await import(`./browser/${file}`);
        if (!check.run) continue;
        const before = tally.passed + tally.failed;
        try {
          await check.run({ browserName, tally });
          if (tally.passed + tally.failed === before) tally.pass();
        } catch (error) {
          tally.fail(`${file} in ${browserName}`, `${/** @type {any} */ (error)?.stack ?? error}`);
        }
      }
    },
  };
}
