// Owns: the JavaScript values that C holds: an array with a free list; each id carries a generation.
// Must not know: what the values are.

import { CawError } from './errors.ts';

const INDEX_BITS = 22; // 4 million live handles; the other 10 bits tell a dead handle from its place's next tenant
const INDEX = (1 << INDEX_BITS) - 1;
const EMPTY = Symbol('free');

export class Handles {
  live = 0;
  // Place 0 stays empty: id 0 is no handle.
  private values: unknown[] = [EMPTY];
  private ids: number[] = [0];
  private free: number[] = [];

  add(value: unknown): number {
    const index = this.free.pop();
    this.live++;
    if (index !== undefined) {
      this.values[index] = value;
      return this.ids[index]!;
    }
    if (this.values.length > INDEX)
      throw new CawError('MemoryError', 'more than 4 million JavaScript values are held by C');
    this.ids.push(this.values.length);
    return this.values.push(value) - 1;
  }

  get(id: number): unknown {
    const index = id & INDEX;
    const value = this.values[index];
    if (this.ids[index] !== (id | 0) || value === EMPTY || !index) throw this.dead(id);
    return value;
  }

  /** The value of a handle that C is known to hold. */
  held(id: number): unknown {
    return this.values[id & INDEX];
  }

  drop(id: number): void {
    this.get(id);
    const index = id & INDEX;
    this.values[index] = EMPTY;
    this.ids[index] = (((id >>> INDEX_BITS) + 1) << INDEX_BITS) | index;
    this.free.push(index);
    this.live--;
  }

  clear(): void {
    this.values = [EMPTY];
    this.ids = [0];
    this.free = [];
    this.live = 0;
  }

  private dead(id: number): CawError {
    const why = id
      ? 'use after free: this caw_js was released already (caw_ref it to keep it)'
      : 'a NULL caw_js was given';
    return new CawError('RuntimeError', why);
  }
}
