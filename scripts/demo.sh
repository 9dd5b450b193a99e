#!/usr/bin/env bash
# Do goldenpath's main job once, on real data, and say what happened. `make demo` sets up what it needs.
set -euo pipefail
cd "$(dirname "$0")/.."
fleet=.demo/fleet
repo=$fleet/departure-forecast
python=$(python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
export UV_PYTHON_DOWNLOADS=never

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
run() { printf '$ %s\n' "$*"; "$@"; }

# What was installed and typed for the last demo's repo serves this one's, which stands at the same place.
kept=.demo/kept
rm -rf "$kept" && mkdir -p "$kept"
for name in .venv .mypy_cache; do [ ! -d "$repo/$name" ] || mv "$repo/$name" "$kept/"; done
rm -rf "$fleet"
mkdir -p "$fleet"

say "1. A new repo from the training blueprint"
run goldenpath new training "$repo" --defaults --data python_version="$python"

say "2. Train in it, on a year of departures from three airports"
for name in .venv .mypy_cache; do [ ! -d "$kept/$name" ] || mv "$kept/$name" "$repo/"; done
(
  cd "$repo"
  printf '$ make setup\n'
  make setup >../../setup.log 2>&1 || { cat ../../setup.log; exit 1; }
  run uv run --locked departure-forecast train
)

say "3. Its own checks: lint, types, tests, and the standard"
(
  cd "$repo"
  printf '$ make check\n'
  if make check >../../check.log 2>&1; then tail -n 3 ../../check.log; else cat ../../check.log; exit 1; fi
)

say "4. Beside five older repos: who left the standard, and where?"
python scripts/old_repos.py "$fleet" >/dev/null
run goldenpath drift "$fleet" --fail-on never

say "What now"
cat <<END
The new repo is in $repo: open its README.md, its brief.yaml, and the model card that the training wrote.
goldenpath is in .venv/bin. Try:

  cd $repo && make help
END
hint() { printf '  .venv/bin/goldenpath %-46s %s\n' "$1" "$2"; }
hint "check $fleet/fraud-service" "every finding of one repo, with its remedy"
hint "policy explain container-non-root" "why, before and after"
hint "drift $fleet --as-of $(date -d '+1 year' +%F 2>/dev/null || echo 2027-12-31)" "what will block in a year?"
hint "stack $fleet" "what these repos run, ring by ring"
hint "catalog show training" "every question that the blueprint asks"
