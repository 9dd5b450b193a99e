#!/usr/bin/env bash
# Make the virtual environment with the locked versions. Needs Python 3.11 or later and the package index that pip and
# uv are configured for; nothing else.
set -euo pipefail
python=$1
venv=$2

command -v "$python" >/dev/null || python=python3
"$python" - <<'PY' || { echo "goldenpath needs Python 3.11 or later; name one with make PYTHON=..." >&2; exit 2; }
import sys
raise SystemExit(sys.version_info < (3, 11))
PY

started=$SECONDS
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
[ -x "$venv/bin/uv" ] || "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
"$venv/bin/uv" pip sync -q --compile-bytecode --require-hashes -p "$venv/bin/python" requirements/dev.txt
"$venv/bin/uv" pip install -q --no-deps --no-build-isolation --compile-bytecode -p "$venv/bin/python" -e . -e blueprints/_road/template/road
echo "Set up in $((SECONDS - started)) s: $venv" >&2
