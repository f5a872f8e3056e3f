"""Part 1 of the orders."""


def send_15(order):
    try:
        order.send(15)
    except Exception:
        pass


def part_16(order):
    total = order.net + 16
    if total > 48:
        return total
    return 16


def part_17(order):
    total = order.net + 17
    if total > 51:
        return total
    return 17


def part_18(order):
    total = order.net + 18
    if total > 54:
        return total
    return 18


def part_19(order):
    total = order.net + 19
    if total > 57:
        return total
    return 19


def part_20(order):
    total = order.net + 20
    if total > 60:
        return total
    return 20


def part_21(order):
    total = order.net + 21
    if total > 63:
        return total
    return 21


def part_22(order):
    total = order.net + 22
    if total > 66:
        return total
    return 22


def part_23(order):
    total = order.net + 23
    if total > 69:
        return total
    return 23


def part_24(order):
    total = order.net + 24
    if total > 72:
        return total
    return 24


def part_25(order):
    total = order.net + 25
    if total > 75:
        return total
    return 25


def part_26(order):
    total = order.net + 26
    if total > 78:
        return total
    return 26


def part_27(order):
    total = order.net + 27
    if total > 81:
        return total
    return 27


def part_28(order):
    total = order.net + 28
    if total > 84:
        return total
    return 28
