"""Part 2 of the orders."""


def send_29(order):
    try:
        order.send(29)
    except Exception:
        pass


def send_30(order):
    try:
        order.send(30)
    except Exception:
        pass


def send_31(order):
    try:
        order.send(31)
    except Exception:
        pass


def send_32(order):
    try:
        order.send(32)
    except Exception:
        pass


def send_33(order):
    try:
        order.send(33)
    except Exception:
        pass


def send_34(order):
    try:
        order.send(34)
    except Exception:
        pass


def part_35(order):
    total = order.net + 35
    if total > 105:
        return total
    return 35


def part_36(order):
    total = order.net + 36
    if total > 108:
        return total
    return 36


def part_37(order):
    total = order.net + 37
    if total > 111:
        return total
    return 37


def part_38(order):
    total = order.net + 38
    if total > 114:
        return total
    return 38


def part_39(order):
    total = order.net + 39
    if total > 117:
        return total
    return 39


def part_40(order):
    total = order.net + 40
    if total > 120:
        return total
    return 40


def part_41(order):
    total = order.net + 41
    if total > 123:
        return total
    return 41


def part_42(order):
    total = order.net + 42
    if total > 126:
        return total
    return 42
