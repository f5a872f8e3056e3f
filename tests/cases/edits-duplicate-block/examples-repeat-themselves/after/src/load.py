def store(kind, rows):
    return (kind, rows)


def nothing():
    return None
