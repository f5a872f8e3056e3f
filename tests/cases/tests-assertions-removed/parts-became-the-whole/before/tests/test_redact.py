from shop import redact


def test_redact():
    found = redact("card 4111 of Ann")
    assert "4111" not in found
    assert "[gone]" in found
    assert len(found) == 18
