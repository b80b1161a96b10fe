"""Parts of items that all platforms share."""
