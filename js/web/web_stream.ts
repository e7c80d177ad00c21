// Owns: the web's streams for C: one object for each that C reads, writes to or fills.
// Must not know: who reads and writes them in C, or what they are part of. Its other half is wasm/js/web_stream.c.

import { apart, bytesOf } from '../base/bytes.ts';
import { errorIn, look, type Failures } from '../bridge/failures.ts';
import { field, what } from '../base/look.ts';
import type { Machine, Pointer } from '../base/machine.ts';
import { mismatch } from '../bridge/wire.ts';

/** How much waits in a stream that C fills before C has to. */
const ROOM = 65536;

/** As in web_stream.c. */
const WRITE = 1,
  FILL = 2;
const ABORTED = 1,
  FORGOTTEN = 2;

const ABORT = 'the C program gave the stream up';

/** What C fills, for who hands it on. */
export interface Outlet {
  readonly stream: ReadableStream<Uint8Array>;
  /** Nobody reads it, whatever its own reader says. */
  gone(): void;
}

interface End {
  /** What is told; 0: nobody is. */
  transport: Pointer;
  pull?(): void;
  push?(bytes: Uint8Array<ArrayBuffer>): boolean;
  end(aborted: unknown): void;
}

// Taken before anybody replaces it.
const rejected = Promise.reject.bind(Promise);

export function webStreamImports(machine: Machine, { handle }: Failures): WebAssembly.ModuleImports {
  const { handles } = machine;
  const ends = new Set<End>();

  /** Tells C, if it still listens. */
  function tell(end: End, entry: (transport: Pointer) => void): void {
    if (!end.transport || machine.ended) return;
    try {
      entry(end.transport);
    } catch (error) {
      machine.failed(error);
    }
  }

  function failed(end: End, error: unknown): void {
    if (!end.transport || machine.ended) return;
    const seen = look(machine, error);
    tell(end, (transport) => {
      errorIn(machine, seen);
      machine.x.caw_stream_failed(transport);
    });
  }

  /** What is called of the program's, whenever: in the async context of the task that opens the stream. */
  const own = <F extends (...args: never[]) => unknown>(call: F): F => machine.bound?.(call) ?? call;

  /** Its last words are of no interest. */
  const ignored = (end: () => unknown) => void (async () => end())().catch(() => {});

  /** By shape: it may be of another realm, or of a polyfill. */
  function expect(stream: unknown, method: string, name: string): void {
    if (typeof field(stream, method) !== 'function') throw new TypeError(`expected a ${name}, got ${what(stream)}`);
  }

  function source(stream: ReadableStream<unknown>): End {
    expect(stream, 'getReader', 'ReadableStream');
    const reader = stream.getReader();
    const read = own(async () => reader.read());
    const it: End = {
      transport: 0,
      pull() {
        read().then(
          (result) => {
            try {
              const { done, value } = result;
              const bytes = done ? undefined : bytesOf(value);
              if (!done && !bytes) throw mismatch('y', value);
              if (bytes?.length === 0) return it.pull!();
              const chunk = bytes && it.transport ? apart(machine, bytes) : undefined;
              const block = chunk ? machine.alloc(chunk.length) : 0;
              if (chunk) machine.bytes().set(chunk, block);
              tell(it, (transport) => machine.x.caw_stream_chunk(transport, block, chunk?.length ?? 0));
            } catch (error) {
              ignored(() => reader.cancel(error));
              failed(it, error);
            }
          },
          (error) => failed(it, error),
        );
      },
      end: own((why) => ignored(() => reader.cancel(why))),
    };
    return it;
  }

  function sink(stream: WritableStream<unknown>): End {
    expect(stream, 'getWriter', 'WritableStream');
    const writer = stream.getWriter();
    const write = own((bytes: Uint8Array) => writer.write(bytes));
    const it: End = {
      transport: 0,
      push(bytes) {
        write(bytes).catch((error) => failed(it, error));
        const room = (writer.desiredSize ?? 0) > 0;
        if (!room)
          writer.ready.then(
            () => tell(it, (transport) => machine.x.caw_stream_room(transport)),
            (error) => failed(it, error),
          );
        return room;
      },
      end: own((why) => {
        if (why) return ignored(() => writer.abort(why));
        (async () => writer.close())().then(
          () => tell(it, (transport) => machine.x.caw_stream_finished(transport)),
          (error) => failed(it, error),
        );
      }),
    };
    writer.closed.catch((error) => failed(it, error)); // also when nothing is written
    return it;
  }

  function outlet(): End & Outlet {
    let controller!: ReadableStreamDefaultController<Uint8Array>;
    let waiting = false;
    const gone = () => tell(it, (transport) => machine.x.caw_stream_gone(transport));
    const it: End & Outlet = {
      gone,
      transport: 0,
      push(bytes) {
        waiting = false; // enqueue may call pull
        controller.enqueue(bytes);
        waiting = (controller.desiredSize ?? 0) <= 0;
        return !waiting;
      },
      end: (why) => (why ? controller.error(why) : controller.close()),
      stream: new ReadableStream<Uint8Array>(
        {
          start: (given) => void (controller = given),
          pull() {
            if (!waiting) return;
            waiting = false;
            tell(it, (transport) => machine.x.caw_stream_room(transport));
          },
          cancel: gone,
        },
        { highWaterMark: ROOM, size: ({ byteLength }) => byteLength },
      ),
    };
    return it;
  }

  (machine.awaits ??= []).push(() => ends.size > 0);
  machine.onEnd.push((why) => {
    for (const end of ends) {
      end.transport = 0;
      try {
        end.end(why);
      } catch {
        // It has ended already.
      }
    }
    ends.clear();
  });

  const at = (id: number) => handles.get(id) as End;
  return {
    stream_open(transport: Pointer, id: number, way: number) {
      let end!: End;
      const opened = handle(() => {
        const stream = () => handles.get(id) as never;
        return (end = way === FILL ? outlet() : way === WRITE ? sink(stream()) : source(stream()));
      });
      if (!opened) return 0;
      end.transport = transport >>> 0;
      ends.add(end);
      return opened;
    },
    stream_new: (id: number) => handle(() => (handles.get(id) as Outlet).stream),
    stream_pull: (id: number) => at(id).pull!(),
    stream_push(id: number, data: Pointer, size: number) {
      const end = at(id);
      try {
        const start = data >>> 0;
        return +end.push!(machine.bytes().slice(start, start + (size >>> 0)));
      } catch (error) {
        void rejected(error).catch((why) => failed(end, why)); // C is told later: it is in the middle of this call
        return 0;
      }
    },
    stream_end(id: number, how: number) {
      const end = at(id);
      if (how === FORGOTTEN) {
        end.transport = 0;
        ends.delete(end);
        return;
      }
      try {
        end.end(how === ABORTED ? new DOMException(ABORT, 'AbortError') : undefined);
      } catch {
        // As above.
      }
    },
  };
}
