a = 1

def revoke():
    return a
