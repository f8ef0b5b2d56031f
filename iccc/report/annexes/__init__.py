"""The annexes of a project report: what sizing, rules and assumptions say, as titled groups of tables.

An annex is a sheet of the workbook and a chapter of a printed report. Its cells are values; what is priced is not here.
"""
