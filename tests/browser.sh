#!/bin/bash
# The HTML report in a real Chromium: sorting, filters, keyboard, no errors, no requests, axe-core.
#   usage: tests/browser.sh [evenscore [folder for pictures]]
# Needs chromium and chromium-driver, npm for axe-core; says "skipped: …" without.
set -u
program=$(realpath "${1:-evenscore}")
cd "$(dirname "$0")/browser" && PYTHONDONTWRITEBYTECODE=1 exec python3 page.py "$program" "${@:2}"
