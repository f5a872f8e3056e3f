"""What is handed on of what tests say?"""

MESSAGE = 500  # characters of a failure's message that are handed on


def short(text):
    """The end of a message: what was wrong stands there."""
    text = str(text).strip()
    return text if len(text) <= MESSAGE else "… " + text[-MESSAGE:]


def said(report):
    """What a failed test says, without the code around it."""
    crash = getattr(report.longrepr, "reprcrash", None)
    return short(crash.message if crash is not None else report.longrepr)
