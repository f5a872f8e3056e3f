def call(name):
    return Result(text=name)


class Result:
    def __init__(self, text):
        self.text = text
