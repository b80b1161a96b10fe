"""The logger that F2's documentation uses; the program sets its level and its handlers."""

import logging

logger = logging.getLogger("f2scrapy.f2")
