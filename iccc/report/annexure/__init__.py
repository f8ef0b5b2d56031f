"""The annexure of a DPR as PDF: what it says in one language (:mod:`content`), and how it is set (:mod:`typeset`)."""
