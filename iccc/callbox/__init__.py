"""Emergency call boxes. They are asked over SIP whether they are there, and nothing is configured on them."""
