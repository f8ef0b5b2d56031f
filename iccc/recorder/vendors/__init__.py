"""What recorders say of their channels over their makers' own interfaces, where the catalogue chooses it."""
