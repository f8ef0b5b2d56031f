"""Tools of others that ``make bench`` runs beside ours, each in an environment of its own."""
