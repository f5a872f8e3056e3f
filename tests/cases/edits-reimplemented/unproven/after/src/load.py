def load(path):
    with open(path) as file:
        lines = (line.strip() for line in file)
        return [line for line in lines if line]
