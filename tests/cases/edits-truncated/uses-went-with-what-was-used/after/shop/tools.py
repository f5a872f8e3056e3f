"""Tools of the shop."""


def names():
    return ["total", "price"]

