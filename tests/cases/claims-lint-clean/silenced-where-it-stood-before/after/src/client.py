def fetch(url):
    return url.strip()
