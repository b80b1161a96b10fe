"""Play what the platforms' pages do in a browser: scripts that sign, scrolled lists, the login."""
