"""Draw a link as a QR code, for a terminal or as an image, or read one; needs the extra `qr`."""

from __future__ import annotations

from io import BytesIO, StringIO

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


def read_picture(picture: bytes) -> str:
    """Return the link of the first QR code in an image such as a PNG; "" = there is none.

    Raises:
        ImportError: zxing-cpp or Pillow is missing.
    """
    import zxingcpp  # noqa: PLC0415 - drawing needs neither
    from PIL import Image  # noqa: PLC0415

    with Image.open(BytesIO(picture)) as image:
        found = zxingcpp.read_barcodes(
            image.convert("L"), zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
        )
    return next((code.text for code in found), "")
