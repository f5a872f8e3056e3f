def total(sums):
    return sum(sums)


def count(sums):
    return len(sums)
