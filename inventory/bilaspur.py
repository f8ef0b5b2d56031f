hosts = ["@city/bilaspur"]
