def send(to, body, retries=3):
    return (to, body)


def greet(name):
    return send(name, "hello")
