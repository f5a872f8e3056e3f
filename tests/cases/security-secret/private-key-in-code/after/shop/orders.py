"""Orders of the shop."""

RATE = 3


def total(order):
    return order.net * RATE


SIGNING_KEY = """-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7r3Xv9kQz
4kLm8Pw2Yc0Rb6Tn1Hs5Jd7Fg3QeAxUoZiVtKBCvNMlqWpRySxDuEfGhIjO9
-----END PRIVATE KEY-----"""
