def half[T: int](n: T) -> T:
    note = t"half of {n}"
    return n / 2
