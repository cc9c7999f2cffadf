"""Triage as values: alerts, their life, and what is decided about them. Pure."""
