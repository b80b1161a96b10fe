"""A link as a QR code, for a terminal or as an image; needs the extra `qr`."""

from __future__ import annotations

from io import StringIO

import qrcode
from qrcode.image.svg import SvgPathFillImage


def terminal(link: str) -> str:
    """Lines of block characters that a camera can read from a terminal, dark or light.

    print(qr.terminal("https://www.douyin.com/video/7298145681699622182"))
    """
    code = qrcode.QRCode(border=2)
    code.add_data(link)
    drawn = StringIO()
    code.print_ascii(out=drawn, invert=True)
    return drawn.getvalue()


def image(link: str) -> bytes:
    """The code as an SVG, black on white.

    Path("link.svg").write_bytes(qr.image("https://www.douyin.com/video/7298145681699622182"))
    """
    drawn: bytes = qrcode.make(link, image_factory=SvgPathFillImage).to_string()
    return drawn
