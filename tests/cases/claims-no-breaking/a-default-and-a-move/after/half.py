from thirds import third


def half(n, up=False):
    return n / 2 + up
