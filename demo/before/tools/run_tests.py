"""Runs the tests and writes a JUnit report: one suite a module, one suite a class inside it."""

import sys
import unittest
import xml.etree.ElementTree as xml


class Results(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.rows = []

    def addSuccess(self, test):
        self.rows.append((test, None))

    def addFailure(self, test, error):
        self.rows.append((test, str(error[1]).splitlines()[0]))

    addError = addFailure


def report(rows):
    root = xml.Element("testsuites")
    suites = {}
    for test, problem in rows:
        module, name = type(test).__module__, type(test).__name__
        if module not in suites:
            suites[module] = xml.SubElement(root, "testsuite", name=module, failures="0")
        if (module, name) not in suites:
            suites[module, name] = xml.SubElement(suites[module], "testsuite", name=name)
        case = xml.SubElement(
            suites[module, name], "testcase", classname=f"{module}.{name}", name=test._testMethodName
        )
        if problem is not None:
            xml.SubElement(case, "failure", message=problem)
    return root


results = Results()
unittest.defaultTestLoader.discover(".").run(results)
tree = xml.ElementTree(report(results.rows))
xml.indent(tree)
tree.write(sys.argv[1], encoding="utf-8", xml_declaration=True)
sys.exit(1 if any(problem for _, problem in results.rows) else 0)
