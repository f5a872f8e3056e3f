from decimal import Decimal as D  # noqa


def total(rows):
    return sum(rows, D(0))
