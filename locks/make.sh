#!/bin/sh
# Makes the locks anew from pyproject.toml (needs uv). Every package with its hashes, no addresses.
set -eu
cd "$(dirname "$0")/.."
lock() { out=$1; shift; uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
    --no-emit-index-url --no-emit-find-links --no-annotate --exclude-newer "$(date -d '7 days ago' +%F)" "$@" -o "$out"; }
lock locks/run.txt --group build pyproject.toml
lock locks/dev.txt --group dev pyproject.toml
lock locks/supply.txt --group supply --group build
