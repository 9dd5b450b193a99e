"""Lets `python -m road.batch` run the command line."""

from road.batch.cli import main

raise SystemExit(main())
