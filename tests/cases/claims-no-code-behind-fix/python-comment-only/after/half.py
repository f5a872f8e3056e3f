# half of it
def half(n):
    return n / 2
