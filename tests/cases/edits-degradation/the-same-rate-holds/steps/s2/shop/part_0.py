"""Part 0 of the orders."""


def send_1(order):
    try:
        order.send(1)
    except Exception:
        pass


def send_2(order):
    try:
        order.send(2)
    except Exception:
        pass


def send_3(order):
    try:
        order.send(3)
    except Exception:
        pass


def send_4(order):
    try:
        order.send(4)
    except Exception:
        pass


def send_5(order):
    try:
        order.send(5)
    except Exception:
        pass


def part_6(order):
    total = order.net + 6
    if total > 18:
        return total
    return 6


def part_7(order):
    total = order.net + 7
    if total > 21:
        return total
    return 7


def part_8(order):
    total = order.net + 8
    if total > 24:
        return total
    return 8


def part_9(order):
    total = order.net + 9
    if total > 27:
        return total
    return 9


def part_10(order):
    total = order.net + 10
    if total > 30:
        return total
    return 10


def part_11(order):
    total = order.net + 11
    if total > 33:
        return total
    return 11


def part_12(order):
    total = order.net + 12
    if total > 36:
        return total
    return 12


def part_13(order):
    total = order.net + 13
    if total > 39:
        return total
    return 13


def part_14(order):
    total = order.net + 14
    if total > 42:
        return total
    return 14
