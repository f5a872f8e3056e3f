from shop import tools


def run(pool):
    found = tools.names()
    return found
