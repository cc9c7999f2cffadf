"""Turns the commands of a query into steps on columns."""
