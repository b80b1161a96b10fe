"""The newer name of `utils.json_filter`."""

from f2scrapy.f2.utils.json_filter import JSONModel

__all__ = ["JSONModel"]
