# rounds down now
def half(n):
    return n / 2
