def store(kind, rows):
    return (kind, rows)


def import_users(path):
    rows = []
    with open(path) as source:
        for line in source:
            parts = line.strip().split(",")
            if len(parts) < 3 or not parts[0]:
                continue
            rows.append({"id": int(parts[0]), "name": parts[1], "mail": parts[2].lower()})
    return store('user', rows)
