a = 1

def revoke_token():
    return a
