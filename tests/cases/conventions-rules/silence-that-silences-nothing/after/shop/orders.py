def total(rows):
    # countersign: allow py-print -- the console shows it on purpose
    return sum(rows)
