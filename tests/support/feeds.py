"""Write items by an exporter, as a feed does."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from scrapy.exporters import BaseItemExporter


def export(kind: type[BaseItemExporter], items: Iterable[Any], **options: Any) -> bytes:
    """Return the bytes of a whole feed of these items."""
    file = BytesIO()
    exporter = kind(file, **options)
    exporter.start_exporting()
    for item in items:
        exporter.export_item(item)
    exporter.finish_exporting()
    return file.getvalue()
