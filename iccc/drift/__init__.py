"""Drift: what was read against what is declared, as findings. One file for each class, and one for the roots."""
