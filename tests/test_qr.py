"""Test that a drawing is the complete QR code of the link, with its quiet border."""

from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
import qrcode

from f2scrapy import qr

LINK = "https://www.douyin.com/video/7298145681699622182"
LIGHT, UPPER, LOWER = "█", "▀", "▄"  # on a dark terminal; blanks are dark


def make_modules() -> list[list[bool]]:
    code = qrcode.QRCode(border=0)
    code.add_data(LINK)
    return code.get_matrix()


def test_text_shows_the_code_in_half_blocks() -> None:
    halves = {LIGHT: (False, False), UPPER: (False, True), LOWER: (True, False)}
    lines = qr.draw_text(LINK).splitlines()
    pairs = [[halves.get(mark, (True, True)) for mark in line] for line in lines]
    rows = [list(row) for line in pairs for row in zip(*line, strict=True)]
    size = len(make_modules())
    assert [row[2 : 2 + size] for row in rows[2 : 2 + size]] == make_modules()
    assert not any(rows[0] + rows[1])


def test_image_is_an_svg_that_depends_on_the_link() -> None:
    root = ET.fromstring(qr.draw_svg(LINK))
    assert root.tag.endswith("svg")
    assert qr.draw_svg(LINK) != qr.draw_svg(f"{LINK}?x=1")


def test_code_is_read_from_a_picture_and_a_blank_one_has_none() -> None:
    pytest.importorskip("zxingcpp")
    image = pytest.importorskip("PIL.Image")
    for picture, link in ((qrcode.make(LINK).get_image(), LINK), (image.new("L", (300, 300)), "")):
        png = BytesIO()
        picture.save(png, "PNG")
        assert qr.read_picture(png.getvalue()) == link
