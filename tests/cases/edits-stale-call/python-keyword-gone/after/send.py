def send(to, body):
    return (to, body)


def all(people):
    return [send(one, "hello", retries=2) for one in people]
