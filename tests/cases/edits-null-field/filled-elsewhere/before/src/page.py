class Page:
    def __init__(self, rows):
        self.rows = rows

    def size(self):
        return len(self.rows)
