"""Reads the text of a query: tokens, commands, names, and what may follow what."""
