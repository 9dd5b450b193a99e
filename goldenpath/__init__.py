"""goldenpath makes an ML organisation's standard stack real and keeps it real."""

__version__ = "1.0.0"
