"""The live chat of a room: a standalone asyncio runner, without Scrapy's engine."""
