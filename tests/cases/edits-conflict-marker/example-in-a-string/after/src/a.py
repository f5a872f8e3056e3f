A = 1
EXAMPLE = """
<<<<<<< HEAD
one
=======
two
>>>>>>> topic
"""
