def total(rows):
    # countersign: allow py-print -- the console shows it on purpose
    print(rows)
    return sum(rows)
