"""What is printed on a parcel?"""


def label(name, street, town):
    """The address, one part a line."""
    parts = [name, street, town]
    return "\n".join(part.strip().title() for part in parts)
