hosts = ["@city/sagar"]
