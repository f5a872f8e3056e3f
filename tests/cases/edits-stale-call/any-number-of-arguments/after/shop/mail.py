def send(to, *parts):
    return (to, parts)


def greet(name):
    return send(name, "hello")
