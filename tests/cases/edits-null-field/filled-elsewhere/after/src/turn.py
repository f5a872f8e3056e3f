def turn(page):
    page.cursor = 1
    return page
