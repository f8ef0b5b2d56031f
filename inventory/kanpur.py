hosts = ["@city/kanpur"]
