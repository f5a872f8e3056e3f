def first():
    return 1


def part_0(one, two):
    return [one, two, 0]


def part_1(one, two):
    return [one, two, 1]


def part_2(one, two):
    return [one, two, 2]


def part_3(one, two):
    return [one, two, 3]


def part_4(one, two):
    return [one, two, 4]


def part_5(one, two):
    return [one, two, 5]


def part_6(one, two):
    return [one, two, 6]


def part_7(one, two):
    return [one, two, 7]


def part_8(one, two):
    return [one, two, 8]


def part_9(one, two):
    return [one, two, 9]


def part_10(one, two):
    return [one, two, 10]


def part_11(one, two):
    return [one, two, 11]


def part_12(one, two):
    return [one, two, 12]


def part_13(one, two):
    return [one, two, 13]
