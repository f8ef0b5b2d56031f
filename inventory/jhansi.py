hosts = ["@city/jhansi"]
