from src.wait import wait


def test_nobody_waits_for_long():
    assert wait(429) < 1000
