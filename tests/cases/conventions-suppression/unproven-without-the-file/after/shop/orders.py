def total(rows:
    return sum(rows)  # type: ignore[arg-type]
