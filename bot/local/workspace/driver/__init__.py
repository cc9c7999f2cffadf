"""What the page and the tests drive: `/_workspace/…`, where people act and look, and time is moved."""
