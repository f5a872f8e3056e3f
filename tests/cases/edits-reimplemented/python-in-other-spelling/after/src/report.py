def _format_date(day):
    parts = [day.day, day.month, day.year]
    return ".".join([str(part) for part in parts])


def report(days):
    return [_format_date(day) for day in days]
