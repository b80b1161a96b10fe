"""Files about a work for other programs: row as JSON, NFO for media centres, Motion Photos."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from f2scrapy.model.item import Item
from f2scrapy.model.media import Media, MediaKind
from f2scrapy.text import CHINA, NOT_XML

_OWN = {"source", "mode", "path", "files", "raw", "owner_sec_user_id", "owner_nickname"}
_MAX_TITLE = 100  # characters


def list_sidecars(item: Item, kinds: frozenset[MediaKind]) -> Iterator[Media]:
    """Yield the files of the wanted kinds that are made here."""
    if MediaKind.MOTION_PHOTO in kinds:
        yield from _list_motion_photos(item)
    if MediaKind.INFO in kinds:
        text = item.model_dump_json(exclude=_OWN, indent=2)
        yield Media(kind=MediaKind.INFO, suffix=".info.json", name="info", text=text)
    if MediaKind.NFO in kinds and "video" in item.assets:
        # Media centres want the name of the video.
        yield Media(kind=MediaKind.NFO, suffix="_video.nfo", name="nfo", text=build_nfo(item))


def _list_motion_photos(item: Item) -> Iterator[Media]:
    for asset in item.assets:
        number = asset.removeprefix("live_")
        if number != asset and f"image_{number}" in item.assets:
            # Some readers want names that end with MP, see download/motion_photo.py.
            suffix, name = f"_motion_{number}_MP.jpeg", f"motion_{number}"
            yield Media(kind=MediaKind.MOTION_PHOTO, suffix=suffix, name=name)


def build_nfo(work: Any) -> str:
    """Return the NFO of a work, as Kodi and Jellyfin read it for a film."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - most runs need none

    desc = work.desc or getattr(work, "title", "")
    values = {
        "title": desc.splitlines()[0][:_MAX_TITLE] if desc.strip() else work.id,
        "plot": desc,
        "director": work.nickname,
        "studio": work.platform,
        "dateadded": "",
    }
    root = ET.Element("movie")
    if work.create_time:
        day = work.create_time.astimezone(CHINA)
        values["premiered"], values["year"] = f"{day:%Y-%m-%d}", f"{day:%Y}"
    for name, value in values.items():
        if value:
            ET.SubElement(root, name).text = re.sub(NOT_XML, "", str(value))
    ET.SubElement(root, "uniqueid", type=work.platform, default="true").text = work.id
    for tag in getattr(work, "hashtag_names", ()):
        ET.SubElement(root, "tag").text = re.sub(NOT_XML, "", tag)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
