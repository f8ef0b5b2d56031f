"""Semantic simulators, one a platform: what a switch makes of each line, by the vendor's documents.

They share no code with the product: they judge its planner, and must not agree with it by construction.
"""
