# Four servers, each of a protocol of its own; server.c says the same in C. Prints their ports, then how each conversation has ended, until
# the end of standard input.
import asyncio
import errno
import sys

LIMIT = 1024


def told(server, error):
    if isinstance(error, OSError):
        print(server, 'OSError', errno.errorcode.get(error.errno, 'ECONNRESET'), flush=True)
    elif isinstance(error, asyncio.IncompleteReadError):
        print(server, error, flush=True)
    else:
        print(server, type(error).__name__, flush=True)


def ended(server):
    print(server, 'end', flush=True)


async def echo(reader, writer):
    try:
        while data := await reader.read(5000):
            writer.write(data)
            await writer.drain()
        ended('echo')
    except Exception as error:
        told('echo', error)
    writer.close()


async def line(reader, writer):
    try:
        while text := await reader.readline():
            writer.write(b'%d ' % len(text))
            writer.write(text)
            await writer.drain()
        ended('line')
    except Exception as error:
        told('line', error)
    writer.close()


async def frame(reader, writer):
    empty = False
    try:
        while not empty:
            size = int.from_bytes(await reader.readexactly(2), 'big')
            empty = not size
            if empty:
                break
            writer.write(await reader.readexactly(size))
            await writer.drain()
    except Exception as error:
        told('frame', error)
    if empty:
        raise ValueError('an empty frame')
    writer.close()


async def part(reader, writer):
    overrun = False
    try:
        while not overrun:
            try:
                writer.write(b'%d;' % len(await reader.readuntil(b'\r\n\r\n')))
                await writer.drain()
            except asyncio.LimitOverrunError:
                overrun = True
        writer.write(b'rest %d' % len(await reader.read(-1)))
        writer.write_eof()
        ended('part')
    except Exception as error:
        told('part', error)
    writer.close()


def unhandled(loop, context):
    # Of the future that wait_closed() would await, when it is collected, some time or other.
    if context['message'] == 'Future exception was never retrieved':
        return
    print(f'{context["message"]}: {type(context["exception"]).__name__}', flush=True)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(unhandled)
    limits = {line: LIMIT, part: LIMIT}
    servers = [await asyncio.start_server(f, '127.0.0.1', 0, limit=limits.get(f, 2**16)) for f in (echo, line, frame, part)]
    print('ports', *(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    done = asyncio.Event()
    loop.add_reader(sys.stdin, lambda: sys.stdin.buffer.read1(1000) or done.set())
    await done.wait()
    for server in servers:
        server.close()
        await server.wait_closed()


asyncio.run(main())
