"""`make bench`: how long the engine takes, beside other tools that answer the same questions."""
