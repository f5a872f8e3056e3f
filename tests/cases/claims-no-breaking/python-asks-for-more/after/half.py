def half(n, by):
    return n / 2
