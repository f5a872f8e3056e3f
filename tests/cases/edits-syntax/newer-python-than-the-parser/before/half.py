class Half:
    pass
