def total(prices):
    return sum(prices)


def average(prices):
    if not prices:
        return 0
    whole = total(prices)
    return whole / len(prices)


def broken(:
    return = 1
