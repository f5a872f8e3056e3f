def total(prices):
    return sum(prices)


def refund(prices):
    return -sum(prices)
