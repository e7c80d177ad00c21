// Owns: one running instance: its exports, its memory, and what happens when it ends (trap, exit, dispose).
// Must not know: what crosses the border; host.ts, values.ts, promise.ts and exports.ts do.

import { CawError } from './errors.ts';
import type { Handles } from './handles.ts';
import type { Decoder } from './text.ts';
import type * as Late from '../run/late.ts';

/** Calls, and gives what that gives. */
export type Runner = <T>(call: () => T) => T;

/** A pointer into the module's memory, or an id. */
export type Pointer = number;

/** What every module built with cawait exports; the rest only where the program uses it. */
export interface Exports {
  memory: WebAssembly.Memory;
  _initialize?(): void;
  caw_abi(): number;
  caw_scratch(): Pointer;
  caw_alloc(size: number): Pointer;
  caw_free(block: Pointer): void;
  caw_release(object: Pointer): void;
  caw_adopt(id: number): Pointer;
  caw_adopt_text(bytes: Pointer): Pointer;
  /** Only where functions take or give structs or arrays. */
  caw_compounds?(): Pointer;
  caw_draft(size: number): Pointer;
  caw_draft_resize(bytes: Pointer, size: number): Pointer;
  caw_draft_drop(bytes: Pointer): void;
  /** `fresh`: in a macrotask of its own. */
  caw_tick(fresh: 0 | 1): void;
  caw_timer(): void;
  caw_flush(): void;
  caw_busy(): number;
  caw_end(): void;
  /** Only where there are async generators. */
  caw_generators?(): number;
  caw_stats(): void;
  caw_task(task: Pointer): Pointer;
  caw_awaiters(task: Pointer, ids: Pointer, room: number): number;
  caw_budget(jobs: number, seconds: number): void;
  /** Only in a checked build: seconds. */
  caw_debug?(slow: number): void;
  caw_has_start?(): number;
  caw_start(slot: number): number;
  caw_context_enter?(id: number): Pointer;
  caw_context_leave?(outer: Pointer): void;
  caw_context_id?(): number;
  caw_result(): void;
  /** Only inside Emscripten's JavaScript. */
  caw_em_call(callback: Pointer, argument: Pointer): void;
  caw_cancel(future: Pointer): void;
  caw_error(error: Pointer): void;
  caw_error_name(number: number): Pointer;
  caw_error_part(error: Pointer, index: number, what: number): Pointer;
  caw_settle(future: Pointer, last: number): void;
  caw_settle_double(future: Pointer, value: number, last: number): number;
  caw_settle_error(future: Pointer, last: number): void;
  caw_forget(future: Pointer): void;
  caw_loop_of(future: Pointer): Pointer;
  caw_function_call(callback: Pointer, wires: Pointer, count: number): number;
  caw_function_done(): void;
  caw_wires_free(wires: Pointer, count: number): void;
  caw_function_free(callback: Pointer): void;
  caw_op_done(op: Pointer, result: number): void;
  caw_worker_room(worker: Pointer, size: number): Pointer;
  caw_worker_done(worker: Pointer, result: number): void;
  caw_work_room(size: number): Pointer;
  caw_work(): Pointer;
  caw_work_hear(): void;
  caw_worker_hear(worker: Pointer): void;
  caw_stream_chunk(transport: Pointer, block: Pointer, size: number): void;
  caw_stream_failed(transport: Pointer): void;
  caw_stream_gone(transport: Pointer): void;
  caw_stream_room(transport: Pointer): void;
  caw_stream_finished(transport: Pointer): void;
}

export const CANCELLED = 'the operation was cancelled';

export class Machine {
  x!: Exports;
  /** Tells the developer; never throws. */
  report: (text: string, level: number) => void;
  readonly handles: Handles;
  // An instance's exports are a dictionary to V8, 10 ns a look: the ones on hot paths are fields.
  tick!: Exports['caw_tick'];
  settleDouble!: Exports['caw_settle_double'];
  scratch: Pointer = 0;
  /** The start of a call is throwing, and C was not entered: no trap. What is thrown does not tell: a program's import may throw anything. */
  refused = false;
  /** Why it can be entered no more; undefined while it runs. */
  ended: unknown;
  /** Prints what was written without an end of line. */
  flush = (): void => {};
  /** app.interrupt(). */
  interrupt = (): void => {};
  /** CAW_MAIN's function has ended, and all that it left is being cancelled; or that is over. */
  mainOver = (_closing: boolean): void => {};
  /** What an AbortError says whose CancelledError says nothing. */
  cancelled = CANCELLED;
  /** What gives back, of what JavaScript holds, before it is disposed of. */
  readonly onClose: (() => void)[] = [];
  /** What has to be told when it ends. */
  readonly onEnd: ((why: unknown) => void)[] = [];
  /** Whether something else than promises and timers may wake the loop, by the parts of which each knows its own (debug.ts asks). */
  declare awaits?: (() => boolean)[];
  /** While a print function runs: the C library is in the middle of a write. */
  printing = false;
  /** Set where an async context is kept (context.ts): C, or JavaScript that it calls, in the context that is the caller's, or its task's. */
  entering: Runner | undefined;
  within: Runner | undefined;
  /** The same, for later. */
  bound: (<F extends (...args: never[]) => unknown>(call: F) => F) | undefined;
  /** The instance is over: everything outstanding is rejected with `why`, once. */
  readonly end: (why: unknown) => void;
  /**
   * An entry into the module threw: no import lets an exception of JavaScript's pass, so it was a trap (or the program's exit),
   * and the module's state cannot be trusted. Gives what callers are to be rejected with. Where the stack may be full, and has no room for
   * this, who calls it sets `ended` before; then whoever finds that calls it again.
   */
  failed: (error: unknown) => unknown;
  private readonly decoder: Decoder;
  private held = new Uint8Array();
  private heldView!: DataView;

  constructor(
    report: Machine['report'],
    { decoder, Handles, ending }: Pick<typeof Late, 'decoder' | 'Handles' | 'ending'>,
  ) {
    this.report = report;
    this.decoder = decoder;
    this.handles = new Handles();
    const { end, failed } = ending(this);
    this.end = end;
    this.failed = failed;
  }

  start(exports: Exports): void {
    this.x = exports;
    this.tick = exports.caw_tick;
    this.settleDouble = exports.caw_settle_double;
    this.scratch = exports.caw_scratch() >>> 0;
  }

  // Memory may grow in any call into the module, and that detaches every view: none is kept across one.
  bytes(): Uint8Array<ArrayBuffer> {
    if (!this.held.length) this.renew();
    return this.held;
  }

  view(): DataView {
    if (!this.held.length) this.renew(); // a detached DataView throws when asked for its length
    return this.heldView;
  }

  private renew(): void {
    const buffer = this.x.memory.buffer as ArrayBuffer;
    this.held = new Uint8Array(buffer);
    this.heldView = new DataView(buffer);
  }

  word(at: Pointer): number {
    return this.view().getUint32(at >>> 0, true);
  }

  // A pointer past 2 GiB comes from the module as a negative number.
  text(pointer: Pointer, length: number): string {
    pointer >>>= 0;
    return this.decoder.decode(this.bytes().subarray(pointer, pointer + (length >>> 0)));
  }

  /** A C string. */
  name(pointer: Pointer): string {
    pointer >>>= 0;
    return this.text(pointer, this.bytes().indexOf(0, pointer) - pointer);
  }

  /** Memory of the module's, which it frees; a CawError where there is none. */
  alloc(size: number): Pointer {
    const block = size < 2 ** 32 ? this.enter(() => this.x.caw_alloc(size)) : 0;
    if (!block) throw new CawError('MemoryError', `the module has no memory for ${size} bytes`);
    return block >>> 0;
  }

  /** Calls into the module; throws what it ended with, if it does. */
  enter<T>(entry: () => T): T {
    if (this.ended) throw this.ended;
    try {
      return entry();
    } catch (error) {
      throw this.failed(error);
    }
  }

  /** The memory is given back, though this is still held. */
  forget(): void {
    this.handles.clear();
    this.held = new Uint8Array();
    this.x = this.heldView = this.tick = this.settleDouble = undefined as never;
  }
}
