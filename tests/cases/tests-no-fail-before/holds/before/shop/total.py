def total(prices):
    return sum(prices) or 1
