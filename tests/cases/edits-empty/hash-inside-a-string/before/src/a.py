TEXT = """
# old
"""
