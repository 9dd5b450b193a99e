"""The one kind of error that a user of this repository can mend."""


class UserError(Exception):
    """Bad input or configuration: the command line prints the message and exits with 2."""
