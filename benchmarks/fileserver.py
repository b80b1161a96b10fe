"""Serve files of any size from memory: `python -m benchmarks.fileserver` prints its address.

`/<size>/<anything>` is an MP4 of that many bytes; `?latency=<seconds>` delays the response.
"""

import asyncio
import struct
import sys
from urllib.parse import parse_qs, urlsplit

FTYP = b"\x00\x00\x00\x10ftypisom\x00\x00\x00\x00"
BLOCK = bytes(range(256)) * 4096  # 1 MiB


class Files(asyncio.Protocol):
    """A connection; requests follow one another, as clients without pipelining send them."""

    def __init__(self) -> None:
        self.buffer = b""
        self.remaining = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.set_write_buffer_limits(high=len(BLOCK))
        self.writable = True

    def pause_writing(self) -> None:
        self.writable = False

    def resume_writing(self) -> None:
        self.writable = True
        self.write_more()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if b"\r\n\r\n" not in self.buffer:
            return
        target = self.buffer.split(b" ", 2)[1].decode()
        self.buffer = b""
        latency = parse_qs(urlsplit(target).query).get("latency", ["0"])[0]
        size = int(target.split("/")[1])
        if float(latency):
            asyncio.get_running_loop().call_later(float(latency), self.send_file, size)
        else:
            self.send_file(size)

    def send_file(self, size: int) -> None:
        head = f'HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nETag: "{size}"\r\n'
        head += f"Content-Length: {size}\r\n\r\n"
        start = FTYP + struct.pack(">I4sQ", 1, b"mdat", size - len(FTYP))  # the rest is one box
        self.transport.write(head.encode() + start)
        self.remaining = size - len(start)
        self.write_more()

    def write_more(self) -> None:
        while self.remaining and self.writable:
            count = min(self.remaining, len(BLOCK))
            self.remaining -= count
            self.transport.write(memoryview(BLOCK)[:count])


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Files, "127.0.0.1", 0)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
