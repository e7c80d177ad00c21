// The firefox leg: everything under tests/browser in Firefox.

import { browserLeg } from '../browsers.mjs';

export const { needs, run } = browserLeg('firefox', 'install firefox-esr');
