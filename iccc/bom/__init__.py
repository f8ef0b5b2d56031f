"""Bill of quantities and estimate: counted, derived, priced.

`counts` counts what the declaration names and what sizing works out, each number with its place. `lines` makes the
items of it. `rates` reads a rate card, `estimate` reckons step by step, `money` and `words` write amounts. A workbook,
a PDF or a comparison of two bills takes a :class:`~iccc.bom.lines.Bill` and an :class:`~iccc.bom.estimate.Estimate`.
"""
