"""A shop with two files."""
