def turn(page):
    return page
