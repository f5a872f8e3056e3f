NOTE = "one"
