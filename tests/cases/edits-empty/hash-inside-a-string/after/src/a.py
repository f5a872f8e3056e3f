TEXT = """
# new
"""
