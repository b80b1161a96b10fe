"""Serve files of any size from memory: `python -m benchmarks.fileserver` prints its address.

`/…/<size>/<anything>` is an MP4 of that many bytes; the parts of its path before the size do not
matter. `?rate=<bytes per second>` limits the connection.
"""

import asyncio
import re
import struct
import sys
from urllib.parse import parse_qs, urlsplit

FTYP = b"\x00\x00\x00\x10ftypisom\x00\x00\x00\x00"
BLOCK = bytes(range(256)) * 4096  # 1 MiB
RANGE = re.compile(rb"\r\nrange: bytes=(\d+)-(\d*)", re.IGNORECASE)
BEATS = 20  # times a second that a limited connection sends


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

    def connection_lost(self, _error: Exception | None) -> None:
        self.remaining = 0

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if b"\r\n\r\n" not in self.buffer:
            return
        target, request = urlsplit(self.buffer.split(b" ", 2)[1].decode()), self.buffer
        self.buffer = b""
        options = {name: float(value) for name, (value,) in parse_qs(target.query).items()}
        self.rate = int(options.get("rate", 0))
        self.send(int(target.path.split("/")[-2]), RANGE.search(request))

    def send(self, size: int, wanted: re.Match[bytes] | None) -> None:
        start, last = (int(wanted[1]), int(wanted[2] or size - 1)) if wanted else (0, size - 1)
        head = f"HTTP/1.1 {'206 Partial Content' if wanted else '200 OK'}\r\n"
        head += f'Content-Type: video/mp4\r\nETag: "{size}"\r\nAccept-Ranges: bytes\r\n'
        head += f"Content-Length: {last + 1 - start}\r\n"
        head += f"Content-Range: bytes {start}-{last}/{size}\r\n" if wanted else ""
        begin = FTYP + struct.pack(">I4sQ", 1, b"mdat", size - len(FTYP))  # the rest is one box
        begin = begin[start : last + 1]
        self.transport.write(head.encode() + b"\r\n" + begin)
        self.remaining = last + 1 - start - len(begin)
        self.write_more()

    def write_more(self) -> None:
        if self.rate:
            self.write_slowly()
            return
        while self.remaining and self.writable:
            self.write_block(len(BLOCK))

    def write_slowly(self) -> None:
        if self.remaining and self.writable:
            self.write_block(self.rate // BEATS)
            asyncio.get_running_loop().call_later(1 / BEATS, self.write_slowly)

    def write_block(self, most: int) -> None:
        count = min(self.remaining, most, len(BLOCK))
        self.remaining -= count
        self.transport.write(memoryview(BLOCK)[:count])


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Files, "127.0.0.1", 0)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
