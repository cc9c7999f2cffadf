"""The one kind of failure that is shown to people, worded for the person who caused it."""


class BotError(Exception):
    """A failure that we expected. Its text says what is wrong, where, and what to do.

    Slack shows it to the person who caused it; the terminal prints it and exits with status 2.
    Any other exception is a bug: people see a short apology, the log has the traceback.
    """
