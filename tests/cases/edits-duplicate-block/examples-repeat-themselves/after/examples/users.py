def import_users(path):
    rows = []
    with open(path) as source:
        for line in source:
            parts = line.strip().split(",")
            if len(parts) < 3 or not parts[0]:
                continue
            if parts[1].startswith("#") and not parts[2]:
                raise ValueError(line)
            number = int(parts[0])
            rows.append({"id": number, "name": parts[1], "mail": parts[2].lower()})
    return store('user', rows)
