"""The workbook of an estimate or a tender: sheets that work out again what a reviewer changes.

``page`` writes cells, formats and print set-up. ``figures`` has what may be changed, each under a name: rates, indices,
taxes, shares. ``boq`` is the bill, ``abstract`` the computation in the order of ``estimate.yaml``, ``years`` what falls
into which year, ``sites`` and ``matrix`` the bill by place and by phase. Every formula has the value that we worked out
beside it, for programs that show a workbook without calculating.
"""
