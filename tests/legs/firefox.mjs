// The firefox leg: everything under tests/browser but the lessons, which the gallery's page shows, in Firefox.

import { browserLeg } from '../browsers.mjs';

export const { needs, run } = browserLeg('firefox', 'install firefox-esr', (check) => check !== 'lessons');
