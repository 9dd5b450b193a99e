"""Structured logs: one JSON object a line on stderr, or plain text for a person."""

import json
import logging
import sys
from typing import Literal

LogFormat = Literal["json", "text"]

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Writes a record and everything passed as `extra=` as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line for one record."""
        line: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class TextFormatter(logging.Formatter):
    """Writes a record for a person, with what was passed as `extra=` behind it."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line for one record."""
        extra = " ".join(f"{key}={value}" for key, value in vars(record).items() if key not in _STANDARD)
        return f"{record.levelname.lower():7} {super().format(record)} {extra}".rstrip()


def configure(level: str = "INFO", style: LogFormat = "text") -> None:
    """Send the logs of this process to stderr; stdout stays free for results."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if style == "json" else TextFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
