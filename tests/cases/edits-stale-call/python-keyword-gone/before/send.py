def send(to, body, retries=1):
    return (to, body, retries)


def all(people):
    return [send(one, "hello", retries=2) for one in people]
