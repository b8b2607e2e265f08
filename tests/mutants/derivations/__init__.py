"""True derivations, made at random within their families: the lines that slips are put into."""

from __future__ import annotations

from collections.abc import Callable

from tests.mutants.derivations import layers, losses, scalar, softmax, sums
from tests.mutants.derivations.making import Derivation, Pick

__all__ = ["FAMILIES", "Derivation", "Pick"]

FAMILIES: dict[str, Callable[[Pick], Derivation]] = {
    function.__name__: function
    for module in (scalar, sums, softmax, losses, layers)
    for function in module.FAMILIES
}
