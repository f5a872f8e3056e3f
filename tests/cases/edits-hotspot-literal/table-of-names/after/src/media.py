def media(ending):
    if ending == "json":
        return "application/json"
    if ending == "html":
        return "text/html"
    if ending == "jpeg":
        return "image/jpeg"
    return None
