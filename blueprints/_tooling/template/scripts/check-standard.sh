#!/bin/sh
# Holds this repository against the standard that .goldenpath.yaml names.
# On a laptop goldenpath may be missing, and work must not stop for it; CI always has it.
set -eu
if command -v goldenpath >/dev/null 2>&1; then
    exec goldenpath check "$@"
fi
echo "goldenpath is not installed, so the standard was not checked; CI will." >&2
echo "To have it: uv tool install goldenpath" >&2
