"""Lets `python -m road.training` run the command line."""

from road.training.cli import main

raise SystemExit(main())
