def send(to, body):
    return (to, body)


def greet(name):
    return send(name, "hello")
