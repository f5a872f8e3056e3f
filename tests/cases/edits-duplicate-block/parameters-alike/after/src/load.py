def store(kind, rows):
    return (kind, rows)


def users(
    path: str,
    name: list[str] | dict[str, int] | None = None,
    mail: list[str] | dict[str, int] | None = None,
    age: list[str] | dict[str, int] | None = None,
    kind: list[str] | dict[str, int] | None = None,
    strict: list[str] | dict[str, int] | None = None,
    quoted: list[str] | dict[str, int] | None = None,
    limit: list[str] | dict[str, int] | None = None,
    offset: list[str] | dict[str, int] | None = None,
    order: list[str] | dict[str, int] | None = None,
):
    return users_of(path)



def groups(
    path: str,
    name: list[str] | dict[str, int] | None = None,
    mail: list[str] | dict[str, int] | None = None,
    age: list[str] | dict[str, int] | None = None,
    kind: list[str] | dict[str, int] | None = None,
    strict: list[str] | dict[str, int] | None = None,
    quoted: list[str] | dict[str, int] | None = None,
    limit: list[str] | dict[str, int] | None = None,
    offset: list[str] | dict[str, int] | None = None,
    order: list[str] | dict[str, int] | None = None,
):
    return groups_of(path)
