"""Serve the sandbox over TLS and HTTP/2, and see what of a client a real server sees."""
