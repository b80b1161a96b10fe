"""A real Chromium: login, its identity, requests from within a page. Playwright is an extra."""
