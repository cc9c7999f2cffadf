"""Rows that come from elsewhere: lookup tables, networks, joins, members of a list."""
