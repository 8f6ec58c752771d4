"""Slips as they happen in derivations: for every piece of a formula, what it becomes by each kind of slip."""

from collections.abc import Iterator
from dataclasses import replace

from tests.checker.soundness.pages import Page
from tests.checker.soundness.pieces import Apply, Chain, Entrywise, Fraction, Node, Over, Plain, Quantity, Sum
from tests.checker.soundness.renamings import (
    Slip,
    another_gate,
    another_moment,
    another_of_its_shape,
    before_or_after_the_activation,
    input_for_state,
    step_before,
    swapped,
    value_for_gradient,
    whole_weight_for_block,
)

__all__ = ["MUTATIONS"]

TURNED = r"{\top}"


def transpose_dropped_or_added(node: Node, page: Page) -> Iterator[Node]:
    """W for Wᵀ, Wᵀ for W, likewise for brackets."""
    if isinstance(node, Quantity | Apply):
        if node.exponent == TURNED:
            yield replace(node, exponent="")
        elif not node.exponent:
            yield replace(node, exponent=TURNED)


def sign(node: Node, page: Page) -> Iterator[Node]:
    """+ for - and - for +."""
    if isinstance(node, Sum):
        for place in range(len(node.signs)):
            signs = [-one if place == k else one for k, one in enumerate(node.signs)]
            yield replace(node, signs=tuple(signs))
    elif isinstance(node, Entrywise | Chain | Quantity):
        yield Apply("", "(", (Sum((node,), (-1,)),))


def _with_chain(node: Node) -> tuple[Node, ...]:
    return node.factors if isinstance(node, Chain) else node.parts if isinstance(node, Entrywise) else ()


def _of_parts(node: Node, kept: list[int]) -> Node:
    parts = _with_chain(node)
    if len(kept) == 1:
        return parts[kept[0]]
    if isinstance(node, Chain):
        return Chain(tuple(parts[k] for k in kept))
    assert isinstance(node, Entrywise)
    return Entrywise(tuple(parts[k] for k in kept), tuple(node.signs[max(0, k - 1)] for k in kept[1:]))


def factor_dropped(node: Node, page: Page) -> Iterator[Node]:
    """a ⊙ c for a ⊙ b ⊙ c."""
    parts = _with_chain(node)
    for place in range(len(parts)):
        yield _of_parts(node, [k for k in range(len(parts)) if k != place])


def factor_repeated(node: Node, page: Page) -> Iterator[Node]:
    """a ⊙ b ⊙ b for a ⊙ b."""
    parts = _with_chain(node)
    for place in range(len(parts)):
        yield _of_parts(node, sorted([*range(len(parts)), place]))


def term_dropped(node: Node, page: Page) -> Iterator[Node]:
    """a for a + b; a bias is lost like this."""
    if isinstance(node, Sum):
        for place in range(len(node.terms)):
            terms = [term for k, term in enumerate(node.terms) if k != place]
            signs = [one for k, one in enumerate(node.signs) if k != place]
            if terms:
                yield Sum(tuple(terms), tuple(signs)) if len(terms) > 1 or signs[0] < 0 else terms[0]


def term_repeated(node: Node, page: Page) -> Iterator[Node]:
    """a + b + b for a + b."""
    if isinstance(node, Sum):
        for term, one in zip(node.terms, node.signs, strict=True):
            yield Sum((*node.terms, term), (*node.signs, one))


def brackets_lost(node: Node, page: Page) -> Iterator[Node]:
    """a ⊙ 1 - b for a ⊙ (1 - b): what was in brackets is put among what is around it."""
    if isinstance(node, Apply) and not node.function and len(node.parts) == 1:
        yield Plain(str(node.parts[0]) + (f"^{node.exponent}" if node.exponent else ""))


def brackets_around_more(node: Node, page: Page) -> Iterator[Node]:
    """a ⊙ (b + c) for a ⊙ b + c."""
    if isinstance(node, Sum) and len(node.terms) > 1:
        for place in range(len(node.terms) - 1):
            term, after = node.terms[place], node.terms[place + 1]
            parts = _with_chain(term)
            if parts:
                inner = Apply("", "(", (Sum((parts[-1], after), (1, node.signs[place + 1])),))
                new = replace(term, **{"factors" if isinstance(term, Chain) else "parts": (*parts[:-1], inner)})
                yield Sum(
                    (*node.terms[:place], new, *node.terms[place + 2 :]),
                    (*node.signs[: place + 1], *node.signs[place + 2 :]),
                )


def product_sign(node: Node, page: Page) -> Iterator[Node]:
    """⊙ for a matrix product and the other way round, ⊘ for ⊙."""
    if isinstance(node, Entrywise):
        for place, one in enumerate(node.signs):
            other = r"\odot" if one == r"\oslash" else r"\oslash"
            yield replace(node, signs=(*node.signs[:place], other, *node.signs[place + 1 :]))
        yield Chain(node.parts)
    elif isinstance(node, Chain):
        yield Entrywise(node.factors, (r"\odot",) * (len(node.factors) - 1))


def order_of_factors(node: Node, page: Page) -> Iterator[Node]:
    """B A for A B."""
    if isinstance(node, Chain):
        for place in range(len(node.factors) - 1):
            one, two = node.factors[place : place + 2]
            yield Chain((*node.factors[:place], two, one, *node.factors[place + 2 :]))


def order_of_blocks(node: Node, page: Page) -> Iterator[Node]:
    """[x; h] for [h; x]."""
    if isinstance(node, Apply) and len(node.parts) > 1:
        yield replace(node, parts=node.parts[::-1])


def complement(node: Node, page: Page) -> Iterator[Node]:
    """1 - f for f and f for 1 - f."""
    if isinstance(node, Quantity) and not node.exponent:
        yield Apply("", "(", (Sum((Plain("1"), node), (1, -1)),))
    elif isinstance(node, Apply) and not node.function and isinstance(node.parts[0], Sum):
        inner = node.parts[0]
        if len(inner.terms) == 2 and str(inner.terms[0]) == "1":
            yield inner.terms[1]


def square(node: Node, page: Page) -> Iterator[Node]:
    """g for g², g² for g, tanh for tanh²."""
    if isinstance(node, Quantity):
        if node.exponent == "{2}":
            yield replace(node, exponent="")
        elif not node.exponent:
            yield replace(node, exponent="{2}")
    elif isinstance(node, Apply) and node.function.endswith("^{2}"):
        yield replace(node, function=node.function.removesuffix("^{2}"))
    elif isinstance(node, Apply) and node.function in (r"\tanh", r"\sigma"):
        yield replace(node, function=node.function + "^{2}")


def another_function(node: Node, page: Page) -> Iterator[Node]:
    """tanh for σ, σ for tanh, none at all, one where there is none."""
    others = {r"\tanh": r"\sigma", r"\sigma": r"\tanh", r"\tanh^{2}": r"\sigma^{2}", r"\exp": r"\sigma"}
    if isinstance(node, Apply) and node.function in others:
        yield replace(node, function=others[node.function])
        yield replace(node, function="")
    elif isinstance(node, Quantity) and not node.exponent:
        yield Apply(r"\tanh", "(", (node,))


def sum_over_time(node: Node, page: Page) -> Iterator[Node]:
    """No sum where there is one, other limits."""
    if isinstance(node, Over):
        yield node.body
        yield replace(node, limits=r"\sum_{t=2}^{T}")
        yield replace(node, limits=r"\sum_{t=1}^{T-1}")


def number(node: Node, page: Page) -> Iterator[Node]:
    """2 for 1, a half, a factor of two."""
    if isinstance(node, Plain) and node.text.isdigit():
        yield replace(node, text=str(int(node.text) + 1))
    elif isinstance(node, Quantity | Entrywise | Chain):
        yield Chain((Plain("2"), node if not isinstance(node, Entrywise) else Apply("", "(", (node,))))
        yield Chain((Plain(r"\frac{1}{2}"), node if not isinstance(node, Entrywise) else Apply("", "(", (node,))))
    elif isinstance(node, Fraction):
        yield Fraction(node.below, node.above)


MUTATIONS: dict[str, Slip] = {
    "another gate": another_gate,
    "h and C": swapped("h", "c"),
    "bias and peephole": swapped("b", "p"),
    "a_f and f": before_or_after_the_activation,
    "value and gradient": value_for_gradient,
    "t and t-1": step_before,
    "another moment": another_moment,
    "x and h": input_for_state,
    "a block and the whole": whole_weight_for_block,
    "another of its shape": another_of_its_shape,
    "transpose": transpose_dropped_or_added,
    "sign": sign,
    "factor dropped": factor_dropped,
    "factor repeated": factor_repeated,
    "term dropped": term_dropped,
    "term repeated": term_repeated,
    "brackets lost": brackets_lost,
    "brackets around more": brackets_around_more,
    "product sign": product_sign,
    "order of factors": order_of_factors,
    "order of blocks": order_of_blocks,
    "1 - f and f": complement,
    "square": square,
    "another function": another_function,
    "sum over time": sum_over_time,
    "number": number,
}
