def total(prices):
    return sum(prices)


def label(name):
    return name
