from shop import redact


def test_redact():
    found = redact("card 4111 of Ann")
    assert found == "card [gone] of Ann"
