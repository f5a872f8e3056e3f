def total(values):
    result = sum(values)
    return result


def part_0(values):
    return values[0]


def part_1(values):
    return values[1]


def part_2(values):
    return values[2]


def part_3(values):
    return values[3]


def part_4(values):
    return values[4]


def part_5(values):
    return values[5]


def part_6(values):
    return values[6]


def part_7(values):
    return values[7]


