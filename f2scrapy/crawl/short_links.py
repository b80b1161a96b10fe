"""Classify the responses to a short link, up to the link it leads to."""

from __future__ import annotations

from collections.abc import Collection

from scrapy.http import Response

from f2scrapy.api.redirects import MAX_REDIRECTS, classify_redirect
from f2scrapy.crawl.targets import describe_other
from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.link import Link
from f2scrapy.platforms import find_platform, get_platform


def classify_hop(
    response: Response, target: str, hops: int, *, spider: str, wants: Collection[str]
) -> Link | str | Refused:
    """Return the link of a kind in `wants`, the next URL to request, or the reason for neither.

    `target` is the redirect target of the response, "" if it leaves the platform; `hops` is the
    number of redirects before it.
    """
    platform = find_platform(spider)
    links = get_platform(platform).links
    for link in links.find(target):
        if link.kind in wants:
            return link
    if refused := classify_redirect(links, response.status, target, response.body):
        return refused
    if target and hops + 1 < MAX_REDIRECTS:
        return target
    other = describe_other(target or response.url, spider, platform, wants)
    return Refused(Outcome.BAD_INPUT, f"leads to {other or f'nothing of {platform}'}")
