class Page:
    def __init__(self, rows):
        self.rows = rows
        self.cursor = None

    def size(self):
        return len(self.rows)
