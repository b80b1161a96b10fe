"""Draw a link as a QR code, for a terminal or as an image; needs the extra `qr`."""

from __future__ import annotations

from io import StringIO

import qrcode
from qrcode.image.svg import SvgPathFillImage


def draw_text(link: str) -> str:
    """Return lines of block characters that a camera can read from a terminal, dark or light.

    print(qr.draw_text("https://www.douyin.com/video/7298145681699622182"))
    """
    code = qrcode.QRCode(border=2)
    code.add_data(link)
    drawing = StringIO()
    code.print_ascii(out=drawing, invert=True)
    return drawing.getvalue()


def draw_svg(link: str) -> bytes:
    """Return the code as an SVG image, black on white.

    Path("link.svg").write_bytes(qr.draw_svg("https://www.douyin.com/video/7298145681699622182"))
    """
    drawing: bytes = qrcode.make(link, image_factory=SvgPathFillImage).to_string()
    return drawing
