"""What is printed on a parcel?"""


def label(name, street, town):
    """The address, one part a line, in capitals as the sorting machine reads it."""
    parts = [name, street, town]
    return "\n".join(part.strip().upper() for part in parts)
