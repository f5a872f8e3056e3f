def store(kind, rows):
    return (kind, rows)


ROWS = [
    {"kind": "user", "rows": [1, 2, 3], "limit": 10, "next": None},
    {"kind": "user", "rows": [1, 2, 3], "limit": 10, "next": None},
    {"kind": "user", "rows": [1, 2, 3], "limit": 10, "next": None},
    {"kind": "user", "rows": [1, 2, 3], "limit": 10, "next": None},
    {"kind": "user", "rows": [1, 2, 3], "limit": 10, "next": None},
    {"kind": "user", "rows": [1, 2, 3], "limit": 10, "next": None},
    {"kind": "user", "rows": [1, 2, 3], "limit": 10, "next": None},
    {"kind": "user", "rows": [1, 2, 3], "limit": 10, "next": None},
]
