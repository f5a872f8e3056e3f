#!/usr/bin/env bash
set -euo pipefail
agent --print "look at the diff"
