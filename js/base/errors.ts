// Owns: CawError.
// Must not know: how an error of C becomes one (raised.ts), or one of JavaScript an error of C (failures.ts).

import { field } from './look.ts';

/** What tells a CawError of any copy of this package. */
export const BRAND = Symbol.for('cawait.CawError');

/** Python's names of the types of errors: those of error.h, then the bridge's own. */
export type ErrorType =
  | 'BaseException'
  | 'CancelledError'
  | 'GeneratorExit'
  | 'KeyboardInterrupt'
  | 'SystemExit'
  | 'BaseExceptionGroup'
  | 'Exception'
  | 'ExceptionGroup'
  | 'RuntimeError'
  | 'ValueError'
  | 'TypeError'
  | 'MemoryError'
  | 'LookupError'
  | 'EOFError'
  | 'OSError'
  | 'TimeoutError'
  | 'InvalidStateError'
  | 'QueueEmpty'
  | 'QueueFull'
  | 'QueueShutDown'
  | 'IncompleteReadError'
  | 'LimitOverrunError'
  | 'BrokenBarrierError'
  | 'StopAsyncIteration'
  | 'JsError'
  | 'Disposed'
  | 'LoadError'
  | 'Trap';

/** An error of a C program, or of the bridge itself. */
export class CawError extends Error {
  /** Python's name of the type: 'ValueError'. */
  readonly type: ErrorType;
  /** The C name of the type: 'CAW_VALUE_ERROR'. */
  readonly code: string;
  /** The C library's errno, of an OSError. */
  declare readonly errno?: number;
  declare readonly notes?: readonly string[];
  /** The errors of a group. */
  declare readonly errors?: readonly unknown[];

  constructor(
    type: ErrorType,
    message: string,
    more: Partial<Pick<CawError, 'errno' | 'notes' | 'errors' | 'cause'>> = {},
  ) {
    super(message, more);
    this.type = type;
    // No regular expression: V8 ends the process where one is compiled on a stack that is full.
    const letters = [...type].map((letter, n) => (n && letter < 'a' && type[n + 1]! >= 'a' ? '_' : '') + letter);
    this.code = `CAW_${letters.join('')}`.toUpperCase();
    if (more.errno) this.errno = more.errno;
    if (more.notes?.length) this.notes = more.notes;
    if (more.errors) this.errors = more.errors;
  }

  override get name(): string {
    return this.type;
  }

  /** As instanceof, but for every copy of this package and every realm. */
  static isCawError(value: unknown): value is CawError {
    return field(value, BRAND) === true;
  }
}

Object.defineProperty(CawError.prototype, BRAND, { value: true });
