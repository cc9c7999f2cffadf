"""Use cases, over the core and the ports. Pure."""
