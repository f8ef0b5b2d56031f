"""What stands on everything that was priced with made-up rates."""

FAKE = "FAKE RATES"
NO_PRICE = f"{FAKE}, NOT A PRICE"
