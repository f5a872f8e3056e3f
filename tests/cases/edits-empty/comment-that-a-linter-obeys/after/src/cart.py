def total(items):
    result = 0  # type: ignore
    for item in items:
        result += item.price
    return result
