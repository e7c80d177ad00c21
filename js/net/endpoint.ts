// Owns: what a socket does, of TCP or UDP; the numbers of its options.
// Must not know: either (tcp.ts, udp.ts), or who has it (sockets.ts).

import type { Address } from './address.ts';

/** caw__socket_option of src/host.h. */
export const OPTION = {
  reuseAddress: 0,
  reusePort: 1,
  onlyIpv6: 2,
  noDelay: 3,
  keepAlive: 4,
  broadcast: 5,
} as const;

/** What came, and of a datagram from whom. */
export interface Got {
  bytes: Uint8Array;
  from?: Address | undefined;
}

/** Is told 0 or -errno, once; later, or at once. */
export type Done = (result: number) => void;

/** Numbers it gives are 0 or more, or -errno. */
export abstract class Endpoint {
  /** 4 or 6. */
  readonly family: number;
  /** Is called when it may be ready for what it was not. */
  changed = (): void => {};
  protected readonly options: Record<number, number> = {};

  constructor(family: number) {
    this.family = family;
  }

  abstract set(option: number, value: number): number;
  abstract address(peer: boolean): Address | undefined;
  abstract bind(address: Address, done: Done): void;
  abstract listen(done: Done): void;
  abstract connect(address: Address, done: Done): void;
  abstract isReady(writing: boolean): boolean;
  abstract accept(): Endpoint | number;
  abstract receive(size: number): Got | number;
  abstract send(bytes: Uint8Array, to?: Address): number;
  abstract shutdown(): number;
  abstract close(reset: boolean): void;
}
