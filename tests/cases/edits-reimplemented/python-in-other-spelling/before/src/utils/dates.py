def format_date(date):
    year, month, day = date.year, date.month, date.day
    return "-".join([str(year), str(month), str(day)])
