"""Plans over many events: several at once, in buckets, and what may be left unread."""
