from src.client import fetch


def test_fetch():
    assert fetch("a") == "a"
