def of(n):
    return n / 9
