"""Remissions of 42 children with acute leukaemia, in weeks, and whether each was seen to end.

Freireich et al. (1963): The effect of 6-mercaptopurine on the duration of steroid-induced remissions in acute
leukemia. Blood 21; as Cox and Oakes (1984) table 1.1 prints them.
"""

Life = tuple[int, bool]

MERCAPTOPURINE: list[Life] = [(week, True) for week in (6, 6, 6, 7, 10, 13, 16, 22, 23)]
MERCAPTOPURINE += [(week, False) for week in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)]
PLACEBO: list[Life] = [
    (week, True) for week in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)
]
