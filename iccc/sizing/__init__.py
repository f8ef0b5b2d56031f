"""How much a city needs: bandwidth, disk, recorders, PoE, power, fibre, rooms, people.

Formulas are pure functions with units in their names, one module a subject; whatever one may choose is given to them.
`traffic`, `links`, `recording`, `network`, `field`, `centre` and `city` apply them to a declared city. Rules and bills
of quantities call the same functions, so they cannot disagree with a sizing. All units are decimal: 1 Mb/s is 10^6
bit/s, 1 TB is 10^12 bytes, as networks and drives are sold. Where nothing else is said the source of a formula is the
definition of its units.
"""
