"""Run the command: `python -m f2scrapy.command LINK…`."""

import sys

from f2scrapy.command.main import main

if __name__ == "__main__":
    sys.exit(main())
