"""Reports: tables and findings as text, CSV, JSON and workbooks. The only part that prints."""
