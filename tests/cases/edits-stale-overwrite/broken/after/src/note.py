NOTE = "two"
