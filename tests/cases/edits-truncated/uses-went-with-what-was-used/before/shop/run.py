from shop import tools


def run(pool):
    found = tools.names()
    found += tools.tool_0(pool)
    found += tools.tool_1(pool)
    found += tools.tool_2(pool)
    found += tools.tool_3(pool)
    found += tools.tool_4(pool)
    found += tools.tool_5(pool)
    found += tools.tool_6(pool)
    found += tools.tool_7(pool)
    found += tools.tool_8(pool)
    return found
