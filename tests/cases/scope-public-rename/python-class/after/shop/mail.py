class Post:
    size = 1
