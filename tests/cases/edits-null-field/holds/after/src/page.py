class Page:
    def __init__(self, rows):
        self.rows = rows
        self.cursor = None

    def size(self):
        return len(self.rows)

    def turn(self, cursor):
        self.cursor = cursor
