"""What do tests do that other runs could notice?"""

import os
import sys


class Deeds:
    """Programs that are started, ports that are opened and files of the tree that are written, by audit events."""

    STARTS = {"subprocess.Popen", "os.posix_spawn", "os.spawn", "os.exec", "os.system", "os.fork", "os.forkpty"}

    def __init__(self, root):
        self.root = root
        self.starts = self.shares = False
        sys.addaudithook(self.hear)

    def hear(self, event, arguments):
        if event in self.STARTS:
            self.starts = True
        elif event == "socket.bind":
            self.shares = True
        elif event == "open" and isinstance(arguments[0], str) and isinstance(arguments[1], str):
            if set(arguments[1]) & set("wax+"):
                path = os.path.abspath(arguments[0])
                inside = path.startswith(self.root + os.sep)
                self.shares |= inside and "__pycache__" not in path and ".pytest_cache" not in path

    def take(self):
        told = self.starts, self.shares
        self.starts = self.shares = False
        return told
