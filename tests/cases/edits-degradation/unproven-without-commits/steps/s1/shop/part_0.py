"""Part 0 of the orders."""


def part_1(order):
    total = order.net + 1
    if total > 3:
        return total
    return 1


def part_2(order):
    total = order.net + 2
    if total > 6:
        return total
    return 2


def part_3(order):
    total = order.net + 3
    if total > 9:
        return total
    return 3


def part_4(order):
    total = order.net + 4
    if total > 12:
        return total
    return 4


def part_5(order):
    total = order.net + 5
    if total > 15:
        return total
    return 5


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
