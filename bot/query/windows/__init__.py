"""What the commands do that look at the rows around a row."""
