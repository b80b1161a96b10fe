"""Crawl, download and record Douyin and TikTok with Scrapy."""

__version__ = "0.1.0"
