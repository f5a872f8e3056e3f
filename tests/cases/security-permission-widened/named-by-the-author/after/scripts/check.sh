#!/usr/bin/env bash
set -euo pipefail
agent --dangerously-skip-permissions --print "look at the diff"
