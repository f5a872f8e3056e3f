"""Starts the package beside this file: its folder is found however the interpreter is told to look for modules."""

import os
import sys

home = os.path.dirname(os.path.abspath(__file__))
if home not in sys.path:
    sys.path.insert(0, home)

from _countersign.main import main  # noqa: E402

main(home)
