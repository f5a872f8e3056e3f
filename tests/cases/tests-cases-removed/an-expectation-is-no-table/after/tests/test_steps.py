from app.steps import steps


def test_steps():
    assert steps(3) == [("a", 1), ("b", 2)]
