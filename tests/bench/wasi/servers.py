"""CPython's own servers, to be measured beside: python3 servers.py http, or tcp; says on which port."""

import asyncio
import sys

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain;charset=UTF-8\r\ncontent-length: 5\r\n\r\nhello"


async def http(reader, writer):
    try:
        while True:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER)
            await writer.drain()
    except asyncio.IncompleteReadError:
        writer.close()


async def tcp(reader, writer):
    while part := await reader.read(65536):
        writer.write(part)
        await writer.drain()
    writer.close()


async def main():
    server = await asyncio.start_server({"http": http, "tcp": tcp}[sys.argv[1]], "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
    await server.serve_forever()


asyncio.run(main())
