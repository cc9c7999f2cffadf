"""Rows as columns: where they stand, how they are gathered and ranked."""
