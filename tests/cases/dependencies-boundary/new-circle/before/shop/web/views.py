"""Views."""


def shown(total):
    return f"{total} cents"
