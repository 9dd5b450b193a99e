"""Run the command line as `python -m goldenpath`."""

from goldenpath.cli.main import main

raise SystemExit(main())
