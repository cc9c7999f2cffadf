"""Failures that we expect: those that are shown to people, and those that pass by themselves."""


class BotError(Exception):
    """A failure that we expected. Its text says what is wrong, where, and what to do.

    Slack shows it to the person who caused it; the terminal prints it and exits with status 2.
    Any other exception is a bug: people see a short apology, the log has the traceback.
    """


class SetupError(BotError):
    """Something that an operator has to mend: a setting, a secret, a permission.

    Its text names settings and places of the deployment, never data. So it is the one kind of failure
    whose text stands in the log.
    """


class AwayError(BotError):
    """A service does not answer, or has a fault of its own: the same may work a little later."""


class LaterError(Exception):
    """Not now: Slack or AWS wants us to wait, or all places are taken.

    The job that raises it is put back and runs again after `seconds`; that is no failed attempt.
    """

    def __init__(self, why: str, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


class FailedError(Exception):
    """A job failed too often, in another process perhaps. `name` is the type of its last failure."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def name_of(error: Exception) -> str:
    """What kind of failure it was, in a word that holds no data: the name of its type."""
    return error.name if isinstance(error, FailedError) else type(error).__name__


class UncertainError(LaterError):
    """As `LaterError`; and nobody knows whether what was asked for was done."""
