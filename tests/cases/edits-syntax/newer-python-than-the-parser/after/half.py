class Half[T = int]:
    pass
