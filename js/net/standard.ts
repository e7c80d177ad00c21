// Owns: standard input, output and error of Node, Deno or Bun as something to receive from and send to.
// Must not know: C, its operations (sockets.ts).

import process from 'node:process';
import { Endpoint, type Done, type Got } from './endpoint.ts';
import { negative } from '../base/errno.ts';

const NONE = negative('ENOTSOCK');

export class Standard extends Endpoint {
  private readonly input: NodeJS.ReadStream | undefined;
  private readonly output: NodeJS.WriteStream | undefined;
  private readonly tell = (): void => {
    if (!this.input!.readableLength) this.input!.read(0); // the end of a file is told only to who asks for more
    this.changed();
  };
  private readonly fail = (error: Error): void => {
    this.broken ||= negative(error);
    this.changed();
  };
  /** What of a piece was not taken. */
  private left: Uint8Array | undefined;
  private broken = 0;
  /** What was given to Node, and has not gone. */
  private sent = 0;
  private gone = 0;

  constructor(number: number) {
    super(0);
    const stream =
      number === 0 ? (this.input = process.stdin) : (this.output = process[number === 1 ? 'stdout' : 'stderr']);
    stream.on('error', this.fail);
    for (const event of ['readable', 'end', 'close']) this.input?.on(event, this.tell);
  }

  set = (): number => NONE;
  address = (): undefined => undefined;
  bind = (_: unknown, done: Done): void => done(NONE);
  listen = (done: Done): void => done(NONE);
  connect = (_: unknown, done: Done): void => done(NONE);
  accept = (): number => NONE;
  shutdown = (): number => NONE;

  isReady(writing: boolean): boolean {
    const { input } = this;
    if (this.broken) return true;
    if (writing) return this.gone === this.sent;
    return !!this.left || !input || input.readableLength > 0 || input.readableEnded || input.destroyed;
  }

  receive(size: number): Got | number {
    const bytes = this.left ?? (this.input?.read() as Uint8Array | null | undefined);
    this.left = undefined;
    if (bytes) {
      if (bytes.length > size) this.left = bytes.subarray(size);
      return { bytes: bytes.subarray(0, size) };
    }
    if (this.broken) return this.broken;
    const { input } = this;
    return !input || input.readableEnded || input.destroyed ? { bytes: new Uint8Array() } : negative('EAGAIN');
  }

  /** Bytes are sent once they have gone: who sends them hears of that by the next call, which begins with the same. */
  send(bytes: Uint8Array): number {
    if (this.broken) return this.broken;
    const { sent } = this;
    if (sent) {
      if (this.gone < sent) return negative('EAGAIN');
      this.sent = this.gone = 0;
      return sent;
    }
    this.sent = bytes.length;
    this.output?.write(bytes, (error) => {
      if (error) return this.fail(error);
      this.gone = bytes.length;
      this.changed();
    });
    return negative('EAGAIN');
  }

  /** It stays open for others. */
  close(): void {
    const { input } = this;
    (input ?? this.output)?.off('error', this.fail);
    if (!input) return;
    for (const event of ['readable', 'end', 'close']) input.off(event, this.tell);
    if (this.left) input.unshift(this.left);
    input.pause(); // so that nobody waits for it any more
    input.unref?.();
  }
}
