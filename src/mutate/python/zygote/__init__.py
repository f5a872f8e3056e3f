"""Runs a project's tests on faults: one warm interpreter that has collected the tests and never runs one itself.

Every run happens in a forked child, so that no test and no fault leaves anything behind. The program that started
this one says what to run, one JSON object a line on standard input, and reads what came of it on standard output.

Modes: `collected` forks after the tests are collected; a fault is put into functions that exist already, or into a file that
runs again where it stands, if that is as good as an import. `fresh` forks
whenever one of the files in question is about to be imported for the first time, so that a child imports it with the
fault and goes on from there. `bare` forks before pytest reads anything, for projects that start threads while they are
collected: no child inherits one.
"""
