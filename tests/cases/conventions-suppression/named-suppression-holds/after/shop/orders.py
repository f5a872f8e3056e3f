from decimal import Decimal as D  # noqa: N817


def total(rows):
    return sum(rows, D(0))
