"""The chat edge: Slack payloads in, Block Kit out."""
