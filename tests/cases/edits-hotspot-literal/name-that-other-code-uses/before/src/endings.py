ENDINGS = ["html", "json"]
