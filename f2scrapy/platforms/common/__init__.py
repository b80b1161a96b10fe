"""What answers of all platforms have in common: one thing, described once."""
