"""Recording live rooms: from a room to files, whatever happens on the way; no Scrapy engine."""
