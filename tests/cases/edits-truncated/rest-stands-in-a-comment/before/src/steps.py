def step_0():
    return 0


def step_1():
    return 1


def step_2():
    return 2


