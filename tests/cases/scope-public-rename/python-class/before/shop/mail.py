class Mail:
    pass


class Post:
    pass
