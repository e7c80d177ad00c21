// Owns: what was thrown, in words.
// Must not know: by whom, or what becomes of it. Apart from look.ts, which a page gets before it can load a module.

import { describe, field } from './look.ts';

/** Its message, or what it is instead of an error. */
export const messageOf = (error: unknown): string => describe(field(error, 'message') ?? error);
