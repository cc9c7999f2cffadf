"""Takes values out of texts and structures, and rows out of lists."""
