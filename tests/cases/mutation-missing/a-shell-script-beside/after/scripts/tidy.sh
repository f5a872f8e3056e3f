#!/bin/sh
set -eu
if [ "$1" = all ]; then
    rm -f "$(pwd)/a"
fi
for f in a b; do
    if [ -f "$f" ]; then echo "$(cat $f)"; fi
done
if [ $# -gt 3 ]; then exit 1; fi
if [ $# -gt 2 ]; then exit 2; fi
if [ $# -gt 4 ]; then exit 3; fi
