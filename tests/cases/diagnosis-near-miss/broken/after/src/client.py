def fetch(url):
    return with_retry(url)


def with_retry(url):
    return url.strip()
