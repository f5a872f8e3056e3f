def send(to, body, retries):
    return (to, body)


def greet(name):
    return send(name, "hello", 3)
