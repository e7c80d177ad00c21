import asyncio

PIECE = 65536


class Echo:
    served = 0

    async def serve(self, reader, writer):  # reads no faster than it can send: drain waits while the client does not read
        while data := await reader.read(PIECE):
            writer.write(data)
            await writer.drain()
        self.served += 1
        writer.close()


async def talk(port):
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    for words in 'here', 'and there', 'and here again':
        writer.write(f'{words}\n'.encode())
        back = await reader.readline()
        print('a:', back.decode(), end='')
    writer.close()
    await writer.wait_closed()


async def finish(writer):
    await writer.drain()
    print('b: there is room again')
    writer.write_eof()


async def main():
    echo = Echo()
    server = await asyncio.start_server(echo.serve, '127.0.0.1', 0)
    port = server.sockets[0].getsockname()[1]

    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    sent = 0
    while writer.transport.get_write_buffer_size() <= PIECE:
        writer.write(bytes(PIECE))
        sent += PIECE
    print(f'b: more than {PIECE} bytes are still here')

    await talk(port)  # meanwhile, as long as it takes

    _, back = await asyncio.gather(finish(writer), reader.read())
    print('b: all has come back' if len(back) == sent else 'b: some is missing')
    writer.close()

    server.close()
    await server.wait_closed()
    print(echo.served, 'were served')


asyncio.run(main())
