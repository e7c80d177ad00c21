// Owns: what an instance ends with that has trapped.
// Must not know: what else it may end with.

import { CawError } from '../base/errors.ts';
import { describe, field } from '../base/look.ts';

export function trap(error: unknown): CawError {
  field(error, 'stack'); // as text it does not hold the memory
  return new CawError(
    'Trap',
    `the module trapped (${describe(error)}) and cannot be used any more: load it again; its C function names are in the cause's stack`,
    { cause: error },
  );
}
