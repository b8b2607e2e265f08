"""The catalogue's pages and `derive.models` build the same quantities."""

from __future__ import annotations

from typing import Any

import pytest
import sympy

from derive import models
from derive.catalogue import page_text
from derive.claims import Supposed
from derive.deciding.derivative import World
from derive.meaning.understand import understand
from derive.reading.markdown import read_markdown
from derive.terms import Axis, Entry, Ix, Term, fresh, walk
from tests.proofs.term_to_sympy import to_sympy


def _world(page: str) -> World:
    """All definitions of a page, without what its cases suppose."""
    steps = understand(read_markdown(page_text(page), page)).steps
    claims = [s.claim for s in steps if s.claim is not None]
    fewest = min(claims, key=lambda c: sum(isinstance(g.fact, Supposed) for g in c.givens))
    return fewest.world


def _value(world: World, name: str, sizes: dict[str, int], *positions: int) -> Any:
    """The page's quantity ``name`` at 0-based positions, without the definition of z."""
    family = next(f for f in world.definitions if f.name == name)
    bare = World(
        {f: d for f, d in world.definitions.items() if f.name != "z" or name == "z"},
        world.functions,
    )
    indices = tuple(fresh("i", axis) for axis in family.axes)
    env: dict[Ix, int] = dict(zip(indices, positions, strict=True))
    axes: dict[Axis, int] = {Axis(size): number for size, number in sizes.items()}
    return to_sympy(Entry(family, indices), bare, axes, env)


def _sizes(world: World, name: str, *numbers: int) -> dict[str, int]:
    family = next(f for f in world.definitions if f.name == name)
    names = list(dict.fromkeys(a.size for a in family.axes)) or ["n"]
    return dict(zip(names, numbers, strict=False))


@pytest.mark.parametrize("n", range(1, 6))
@pytest.mark.parametrize("page", ["softmax", "softmax.zh", "softmax-gradients"])
def test_softmax(page: str, n: int) -> None:
    world = _world(page)
    a = models.softmax(models.symbols_vector("z", n))
    for j in range(n):
        gap = _value(world, "a", _sizes(world, "a", n), j) - models.at(a, j + 1)
        assert models.is_zero(gap)


@pytest.mark.parametrize("n", range(1, 6))
@pytest.mark.parametrize("page", ["log-likelihood", "softmax-gradients", "softmax-gradients.zh"])
def test_log_likelihood(page: str, n: int) -> None:
    world = _world(page)
    outputs = next(f for t in world.definitions for f in world.reach(t) if f.name == "a")
    size = outputs.axes[0].size
    # a page that does not say what a is speaks of any a
    a = models.symbols_vector("a", n)
    if outputs in world.definitions:
        a = models.softmax(models.symbols_vector("z", n))
    cost = models.log_likelihood(models.symbols_vector("y", n), a)
    assert models.is_zero(_value(world, "C", {size: n}) - cost)


@pytest.mark.parametrize(("n", "m"), [(1, 1), (2, 3), (3, 2)])
def test_weighted_input(n: int, m: int) -> None:
    world = _world("weighted-input")
    family = next(f for f in world.definitions if f.name == "z")
    definition = world.definitions[family]
    inputs = next(
        node.family
        for node in _entries(definition.body)
        if node.family.axes != family.axes and len(node.family.axes) == 1
    )
    sizes = {family.axes[0].size: n, inputs.axes[0].size: m}
    z = models.weighted_input(
        models.symbols_matrix("w", n, m),
        models.symbols_vector(inputs.name, m),
        models.symbols_vector("b", n),
    )
    for j in range(n):
        assert models.is_zero(_value(world, "z", sizes, j) - models.at(z, j + 1))


def _entries(term: Term) -> list[Entry]:
    return [node for node in walk(term) if isinstance(node, Entry)]


@pytest.mark.parametrize("page", ["learning-slowdown", "learning-slowdown.zh"])
def test_the_costs_of_one_sigmoid_neuron(page: str) -> None:
    # the first sections speak of a single neuron; take the world of the page's first steps
    steps = understand(read_markdown(page_text(page), page)).steps
    claim = next(s.claim for s in steps if s.claim and r"\partial Q" in s.left.source)
    world = claim.world
    z, y = sympy.Symbol("z", real=True), sympy.Symbol("y", real=True)
    a = models.sigmoid(z)

    def value(name: str) -> Any:
        family = next(f for f in world.definitions if f.name == name and not f.axes)
        scalar = {f: d for f, d in world.definitions.items() if not f.axes and f.name != "z"}
        return to_sympy(Entry(family, ()), World(scalar, world.functions), {}, {})

    assert models.is_zero(value("a") - a)
    assert models.is_zero(value("Q") - models.quadratic((y,), (a,)))
    assert models.is_zero(value("C") - models.cross_entropy((y,), (a,)))
