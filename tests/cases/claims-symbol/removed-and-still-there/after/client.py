class LegacyClient:
    def get(self):
        return 2
