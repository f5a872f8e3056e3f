def total(items):
    result = 0  # start with nothing
    for item in items:
        result += item.price
    return result
