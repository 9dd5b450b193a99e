"""What the exit codes mean; the same for every command."""

from __future__ import annotations

OK = 0
FINDINGS = 1
USER_ERROR = 2
BUG = 3  # or more repos than allowed that couldn't be judged
INTERRUPTED = 130
READER_GONE = 141  # what the shell says of any program whose reader (`| head`) has gone
