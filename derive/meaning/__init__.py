"""From formulas as written to claims: names, labels, indices, axes, definitions, givens."""
