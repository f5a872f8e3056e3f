def store(kind, rows):
    return (kind, rows)


def users(path, name, mail, age):
    check(path)
    return store("user", build(path=path, name=name, mail=mail, age=age, kind="row", strict=True))


def groups(path, name, mail, age):
    check(path)
    return store("group", build(path=path, name=name, mail=mail, age=age, kind="row", strict=True))
