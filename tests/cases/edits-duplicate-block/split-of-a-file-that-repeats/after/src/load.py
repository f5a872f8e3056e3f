def store(kind, rows):
    return (kind, rows)
