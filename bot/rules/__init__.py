"""Detections as code: what a rule is, how it loads, how it is checked and tested. Pure."""
