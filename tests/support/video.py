"""Build FLV tags of pictures that PyAV decodes, and of silence."""

from support.tags import WALL

from f2scrapy.live.flv import AUDIO, VIDEO, Beginning, FlvParser, Tag
from f2scrapy.sandbox.live import containers, picture

SOUND = containers.build_flv_tag(AUDIO, 0, containers.build_aac_setup())


def build_picture_setup(grid: picture.Grid = picture.Grid()) -> bytes:  # noqa: B008 - frozen
    body = containers.build_avc_setup(picture.build_sps(grid), picture.build_pps())
    return containers.build_flv_tag(VIDEO, 0, body)


def build_key_frame(ms: int) -> bytes:
    shown = picture.draw_key_frame(round(WALL * 1000) + ms, ms // 100)
    return containers.build_flv_tag(VIDEO, ms, containers.build_avc_frame(shown, key=True))


def build_frame(ms: int) -> bytes:
    """Return a frame of a video whose only key frame is the first."""
    if not ms:
        return build_key_frame(ms)
    shown = round(WALL * 1000) + ms
    nal = picture.draw_next_frame(shown, shown - 100, ms // 100)
    return containers.build_flv_tag(VIDEO, ms, containers.build_avc_frame(nal, key=False))


def build_silence(ms: int) -> bytes:
    return containers.build_flv_tag(AUDIO, ms, containers.build_aac_silence())


def read_tags(data: bytes) -> list[Tag]:
    return Beginning().select(FlvParser().feed(data))
