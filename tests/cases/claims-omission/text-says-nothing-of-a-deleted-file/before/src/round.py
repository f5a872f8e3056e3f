LOWER = True
