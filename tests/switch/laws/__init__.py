"""The laws that every switch platform obeys, on random switches and random wishes, judged by the simulators."""
