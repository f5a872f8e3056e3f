PATHS = []
route("/a")
