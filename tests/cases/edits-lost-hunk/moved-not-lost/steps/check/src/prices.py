def total(prices):
    if any(price < 0 for price in prices):
        raise ValueError("a price cannot be less than nothing")
    return sum(prices)


def label(name):
    return name
