def media(ending):
    if ending == "html":
        return "text/html"
    return None
