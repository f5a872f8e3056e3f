def count(sums):
    return len(sums)


def total(sums):
    return sum(sums)
