"""What stands in for the cloud on a laptop."""
