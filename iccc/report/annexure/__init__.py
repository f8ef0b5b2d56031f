"""The annexure of a DPR as PDF: what it says in one language (:mod:`iccc.report.annexure.content`), and how it is set
(:mod:`iccc.report.annexure.typeset`)."""
