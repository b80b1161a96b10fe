"""Record live rooms to files; no Scrapy engine."""
