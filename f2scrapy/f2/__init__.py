"""Offer the Python interface that F2 documents, under its own names.

from f2scrapy.f2.apps.douyin.handler import DouyinHandler

Modules, names, parameters and results are those of F2 0.0.1.7's documentation; what they do is
f2scrapy's: no request at import, retries, and a refusal that raises `f2scrapy.errors.Refused`
where F2 returns an empty answer.
"""
