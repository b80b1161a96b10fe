"""Examine the installation: what it has, and what the platforms answer."""
