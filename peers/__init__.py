"""Other people's clients, unchanged from PyPI, run against the sandbox: `make peers`."""
