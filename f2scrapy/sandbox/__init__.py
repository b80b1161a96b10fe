"""The platforms on loopback: what works against this has a chance in life."""
