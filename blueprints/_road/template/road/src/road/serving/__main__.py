"""Runs the command line: `python -m road.serving`."""

from road.serving.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
