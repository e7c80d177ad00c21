// Owns: a string of C's that is written in pieces, as they come: with as much memory as it has bytes.
// Must not know: what they are. Its other half is wasm/js/draft.c.

import { apart } from '../base/bytes.ts';
import { CawError } from '../base/errors.ts';
import type { Machine, Pointer } from '../base/machine.ts';

const BYTES = 7; // CAW_BYTES; who wants text gets that

const LEAST = 1024;
const GROWTH = 1.25; // what is too much is given back at the end

/** A string of C's to be written, by its bytes; of another length, if there is one. A CawError where there is no memory. */
export function draft(machine: Machine, size: number, old?: Pointer): Pointer {
  const { x } = machine;
  const bytes = size < 2 ** 31 && machine.enter(() => (old ? x.caw_draft_resize(old, size) : x.caw_draft(size)));
  if (!bytes) throw new CawError('MemoryError', `the module has no memory for ${size} bytes`);
  return bytes >>> 0;
}

const drafts = new WeakSet<object>();

export class Draft {
  private readonly machine: Machine;
  private pointer: Pointer;
  private room: number;
  private size = 0;

  /** `room`: how much is expected. */
  constructor(machine: Machine, room: number) {
    this.machine = machine;
    this.room = room;
    this.pointer = draft(machine, room);
    drafts.add(this);
  }

  /** Told without a look that the program's own code could see. */
  static is(value: unknown): value is Draft {
    return drafts.has(value as object);
  }

  write(given: Uint8Array): void {
    const bytes = apart(this.machine, given);
    const size = this.size + bytes.length;
    if (size > this.room) this.resize(Math.max(size, LEAST, Math.ceil(this.room * GROWTH)));
    this.machine.bytes().set(bytes, this.pointer + this.size);
    this.size = size;
  }

  private resize(room: number): void {
    this.pointer = draft(this.machine, room, this.pointer);
    this.room = room;
  }

  /** Nothing more comes. */
  end(): this {
    if (this.size < this.room) this.resize(this.size);
    return this;
  }

  /** Hands it over to C, as pack() of wire.ts gives it. */
  readonly writer = (machine: Machine, wire: Pointer): void => {
    const view = machine.view();
    view.setUint32(wire, BYTES, true);
    view.setUint32(wire + 4, this.size, true);
    view.setUint32(wire + 8, this.pointer, true);
    this.pointer = 0;
  };

  /** Gives it back, unless C has it. */
  drop(): void {
    const { machine } = this;
    const pointer = this.pointer;
    this.pointer = 0;
    if (pointer && !machine.ended) machine.enter(() => machine.x.caw_draft_drop(pointer));
  }
}
