"""Acceptance checks: the evidence they rest on, and the testinfra backend that gives it to the tests."""
