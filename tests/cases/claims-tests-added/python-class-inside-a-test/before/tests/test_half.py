class TestHalf:
    def test_two(self):
        class Number:
            def __init__(self):
                self.value = 2

        assert half(Number().value) == 1
