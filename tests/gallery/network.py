"""A network in memory for originals that run in virtual time: connections, servers, back-pressure. It must not know who uses it."""

from asyncio import transports

servers = {}


class Transport(transports._FlowControlMixin):
    def __init__(self, loop, protocol):
        super().__init__(None, loop)
        self._protocol = protocol
        self.other = None
        self.buffer = bytearray()
        self.reading, self.closing, self.eof, self.lost = True, False, False, False
        loop.call_soon(protocol.connection_made, self)

    def get_write_buffer_size(self):
        return len(self.buffer)

    def is_closing(self):
        return self.closing

    def can_write_eof(self):
        return True

    def write(self, data):
        self.buffer += data
        self._maybe_pause_protocol()
        self._loop.call_soon(self._send)

    def write_eof(self):
        self.eof = True
        self._loop.call_soon(self._send)

    def close(self):
        self.closing = self.eof = True
        self._loop.call_soon(self._send)

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        self.reading = True
        self._loop.call_soon(self.other._send)

    def _send(self):
        other = self.other
        if self.buffer and other.reading:
            part = bytes(self.buffer[:65536])
            del self.buffer[: len(part)]
            if not other.closing:
                other._protocol.data_received(part)
            self._maybe_resume_protocol()
            self._loop.call_soon(self._send)
        elif not self.buffer and self.eof and not self.lost:
            self.eof = False
            if not other.closing and not other._protocol.eof_received():
                other.close()
        if self.closing and not self.buffer and not self.lost:
            self.lost = True
            self._protocol.connection_lost(None)


class Server:
    """Its own only socket, too."""

    def __init__(self, factory, port):
        self.factory, self.name = factory, ('127.0.0.1', port)
        self.sockets = (self,)
        servers[port] = self

    def getsockname(self):
        return self.name

    def close(self):
        del servers[self.name[1]]

    async def wait_closed(self):
        pass


class Network:
    """What a loop has besides."""

    async def create_server(self, factory, host, port):
        return Server(factory, port or 49152 + len(servers))

    async def create_connection(self, factory, host, port):
        here, there = Transport(self, factory()), Transport(self, servers[port].factory())
        here.other, there.other = there, here
        return here, here._protocol
