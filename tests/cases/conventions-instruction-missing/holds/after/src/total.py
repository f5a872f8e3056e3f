def total(sums):
    counted = len(sums)
    return sum(sums) if counted else 0
