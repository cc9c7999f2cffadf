"""What `python -m bot package` is made of: from an entry point to a zip that is the same each time."""
