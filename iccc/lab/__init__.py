"""The lab: plays every declared device on loopback, with the same sessions and bytes as a real one.

It imports no parser, renderer, planner or request builder of the product: it must not certify itself.
From the product it takes only the derived city (``iccc.city.devices``) and the dial rule.
"""
