"""Reads logs fast: files and lines, down to the fields that a plan names."""
