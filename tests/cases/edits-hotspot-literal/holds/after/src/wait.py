def wait(status):
    if status == 429:
        return 60
    return 0
