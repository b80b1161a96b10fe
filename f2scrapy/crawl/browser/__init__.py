"""Use a browser in a crawl, by scrapy-playwright: nothing of it is imported before it is needed."""
