def media(ending):
    return None
