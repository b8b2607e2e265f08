"""What a page says softmax is: whether e^{x_i} / Σ_j e^{x_j} stands on it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from derive.formula import Big, Bracket, Dots, Function, Node, Over, Scripted, nodes
from derive.meaning.names import base_name, shown

__all__ = ["is_softmax", "is_usual", "shares_in"]


def is_softmax(name: str | None) -> bool:
    """Whether a name is softmax, however it is capitalised."""
    return name is not None and name.lower() == "softmax"


def shares_in(trees: Iterable[Node]) -> frozenset[str]:
    """The x of which the page writes e^{x_i} / Σ_j e^{x_j}."""
    return frozenset(name for tree in trees for node in nodes(tree) if (name := _share_of(node)))


def is_usual(body: Node) -> bool:
    """Whether what softmax is said to be is e^{x_i} / Σ_j e^{x_j}, as one entry or as a list of
    such entries, perhaps with dots."""
    if isinstance(body, Bracket):
        entries = [item for item in body.items if not isinstance(item, Dots)]
        return bool(entries) and all(_share_of(entry) for entry in entries)
    return bool(_share_of(body))


def _share_of(node: Node) -> str:
    match node:
        case Over(Function("exp", Scripted() as one), Big("sum", (index,), _, _, (), body)):
            while isinstance(body, Bracket) and len(body.items) == 1:
                (body,) = body.items
            if not isinstance(body, Function) or body.name != "exp" or body.base or body.power:
                return ""
            other = body.arg
            if not isinstance(other, Scripted) or other.sup is not None or one.sup is not None:
                return ""
            same = base_name(one) is not None and base_name(one) == base_name(other)
            plain = len(one.subs) == len(other.subs) == 1 and not (one.primes or other.primes)
            runs = plain and shown(other.subs[0]) == shown(index) != shown(one.subs[0])
            return (base_name(one) or "") if same and runs else ""
        case Bracket("(" | "{", (inner,)):
            return _share_of(inner)
    return ""
