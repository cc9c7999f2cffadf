"""Block Kit: one table of what Slack's blocks, elements and views may hold, and what it refuses in them."""
