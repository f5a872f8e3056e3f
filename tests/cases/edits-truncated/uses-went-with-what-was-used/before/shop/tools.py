"""Tools of the shop."""


def names():
    return ["total", "price"]


def tool_0(pool):
    """Tool number 0."""
    rows = pool.fetch("tool_0")
    return [row.name for row in rows]


def tool_1(pool):
    """Tool number 1."""
    rows = pool.fetch("tool_1")
    return [row.name for row in rows]


def tool_2(pool):
    """Tool number 2."""
    rows = pool.fetch("tool_2")
    return [row.name for row in rows]


def tool_3(pool):
    """Tool number 3."""
    rows = pool.fetch("tool_3")
    return [row.name for row in rows]


def tool_4(pool):
    """Tool number 4."""
    rows = pool.fetch("tool_4")
    return [row.name for row in rows]


def tool_5(pool):
    """Tool number 5."""
    rows = pool.fetch("tool_5")
    return [row.name for row in rows]


def tool_6(pool):
    """Tool number 6."""
    rows = pool.fetch("tool_6")
    return [row.name for row in rows]


def tool_7(pool):
    """Tool number 7."""
    rows = pool.fetch("tool_7")
    return [row.name for row in rows]


def tool_8(pool):
    """Tool number 8."""
    rows = pool.fetch("tool_8")
    return [row.name for row in rows]

