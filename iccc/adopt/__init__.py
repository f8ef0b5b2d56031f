"""Adopting: what was seen becomes what is declared. One table says which findings can be, and how each is written."""
