"""Rewrites that leave a formula right, as a person would make them: for every piece what may stand in its place."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.checker.soundness.pages import Page
from tests.checker.soundness.pieces import Apply, Chain, Entrywise, Node, Over, Plain, Quantity, Sum, sites

__all__ = ["REWRITES", "Rewrite"]

Rewrite = Callable[[Node, Page], Iterator[Node]]
TURNED = r"{\top}"


def bracketed(node: Node) -> Node:
    """The same in brackets."""
    return Apply("", "(", (node,))


def difference(first: Node, second: Node) -> Node:
    """first - second."""
    return bracketed(Sum((first, second), (1, -1)))


def turned(node: Node) -> Node:
    """The transpose of a factor; of a transpose what it is the transpose of."""
    if isinstance(node, Quantity | Apply) and node.exponent == TURNED:
        return replace(node, exponent="")
    if isinstance(node, Quantity | Apply) and not node.exponent:
        return replace(node, exponent=TURNED)
    return Apply("", "(", (node,), exponent=TURNED)


def is_bracket(node: Node) -> bool:
    """Whether it is a plain pair of brackets with a sum in it."""
    return isinstance(node, Apply) and not node.function and not node.exponent and isinstance(node.parts[0], Sum)


def commuted(node: Node, page: Page) -> Iterator[Node]:
    """b ⊙ a for a ⊙ b."""
    if isinstance(node, Entrywise) and set(node.signs) == {r"\odot"}:
        yield replace(node, parts=node.parts[::-1])


def terms_commuted(node: Node, page: Page) -> Iterator[Node]:
    """b + a for a + b, -b + a for a - b."""
    if isinstance(node, Sum) and len(node.terms) > 1:
        yield Sum(node.terms[::-1], node.signs[::-1])


def distributed(node: Node, page: Page) -> Iterator[Node]:
    """a ⊙ b - a ⊙ c for a ⊙ (b - c)."""
    if isinstance(node, Entrywise) and set(node.signs) == {r"\odot"}:
        for place, part in enumerate(node.parts):
            if is_bracket(part):
                inner = part.parts[0]  # type: ignore[attr-defined]
                others = [*node.parts[:place], *node.parts[place + 1 :]]
                terms = [_times(others, term) for term in inner.terms]
                yield bracketed(Sum(tuple(terms), inner.signs))


def _times(others: list[Node], term: Node) -> Node:
    inside = list(term.parts) if isinstance(term, Entrywise) and set(term.signs) == {r"\odot"} else [term]
    parts = others if str(term) == "1" else [*others, *inside]
    return Entrywise(tuple(parts), (r"\odot",) * (len(parts) - 1)) if len(parts) > 1 else parts[0]


def factored_out(node: Node, page: Page) -> Iterator[Node]:
    """a ⊙ (b + c) for a ⊙ b + a ⊙ c."""
    if not isinstance(node, Sum):
        return
    for k in range(len(node.terms) - 1):
        one, two = node.terms[k : k + 2]
        if not isinstance(one, Entrywise) or not isinstance(two, Entrywise):
            continue
        if set(one.signs) | set(two.signs) != {r"\odot"}:
            continue
        for part in one.parts:
            if part in two.parts:
                inner = bracketed(
                    Sum((_without(one, part), _without(two, part)), (1, node.signs[k] * node.signs[k + 1]))
                )
                terms = (*node.terms[:k], Entrywise((part, inner), (r"\odot",)), *node.terms[k + 2 :])
                signs = (*node.signs[: k + 1], *node.signs[k + 2 :])
                yield Sum(terms, signs) if len(terms) > 1 or signs[0] < 0 else terms[0]


def _without(node: Entrywise, part: Node) -> Node:
    place = node.parts.index(part)
    kept = (*node.parts[:place], *node.parts[place + 1 :])
    return Entrywise(kept, (r"\odot",) * (len(kept) - 1)) if len(kept) > 1 else kept[0]


def transposed_twice(node: Node, page: Page) -> Iterator[Node]:
    """(aᵀ)ᵀ for a."""
    if isinstance(node, Quantity) and not node.exponent:
        yield Apply("", "(", (turned(node),), exponent=TURNED)


def product_transposed(node: Node, page: Page) -> Iterator[Node]:
    """(Bᵀ Aᵀ)ᵀ for A B."""
    if isinstance(node, Chain) and all(isinstance(one, Quantity | Apply) for one in node.factors):
        yield Apply("", "(", (Chain(tuple(turned(one) for one in reversed(node.factors))),), exponent=TURNED)


def transpose_taken_in(node: Node, page: Page) -> Iterator[Node]:
    """aᵀ ⊙ bᵀ for (a ⊙ b)ᵀ, Bᵀ Aᵀ for (A B)ᵀ, aᵀ + bᵀ for (a + b)ᵀ."""
    if isinstance(node, Apply) and node.exponent == TURNED and not node.function and len(node.parts) == 1:
        inner = node.parts[0]
        if isinstance(inner, Entrywise):
            yield bracketed(replace(inner, parts=tuple(turned(part) for part in inner.parts)))
        elif isinstance(inner, Chain):
            yield bracketed(Chain(tuple(turned(part) for part in reversed(inner.factors))))


def complement(node: Node, page: Page) -> Iterator[Node]:
    """σ(-a_f) for 1 - f."""
    if is_bracket(node):
        inner = node.parts[0]  # type: ignore[attr-defined]
        if len(inner.terms) == 2 and inner.signs == (1, -1) and str(inner.terms[0]) == "1":
            gate = inner.terms[1]
            function, key = _gate(gate, page)
            if function == r"\sigma":
                yield Apply(function, "(", (Sum((_named(key, page),), (-1,)),))


def gate_by_its_equation(node: Node, page: Page) -> Iterator[Node]:
    """σ(a_f) for f."""
    function, key = _gate(node, page)
    if function:
        yield Apply(function, "(", (_named(key, page),))


def _gate(node: Node, page: Page) -> tuple[str, tuple[str, str]]:
    if isinstance(node, Quantity) and not node.exponent and node.key[0] in page.gates:
        function, name = page.gates[node.key[0]]
        if (name, node.key[1]) in page.names:
            return function, (name, node.key[1])
    return "", ("", "")


def _named(key: tuple[str, str], page: Page) -> Node:
    return Quantity(key, page.names[key])


def tanh_by_sigma(node: Node, page: Page) -> Iterator[Node]:
    """2 σ(2 a) - 1 for tanh(a)."""
    if isinstance(node, Apply) and node.function == r"\tanh" and not node.exponent:
        inside = node.parts[0]
        double = Chain((Plain("2"), inside if isinstance(inside, Quantity) else bracketed(inside)))
        yield bracketed(Sum((Chain((Plain("2"), Apply(r"\sigma", "(", (double,)))), Plain("1")), (1, -1)))


def square_as_product(node: Node, page: Page) -> Iterator[Node]:
    """(1 - a) ⊙ (1 + a) for 1 - a², for a the output tanh or tanh itself."""
    if is_bracket(node):
        inner = node.parts[0]  # type: ignore[attr-defined]
        if len(inner.terms) == 2 and inner.signs == (1, -1) and str(inner.terms[0]) == "1":
            root = _root(inner.terms[1])
            if root is not None:
                parts = (bracketed(Sum((Plain("1"), root), (1, -1))), bracketed(Sum((Plain("1"), root), (1, 1))))
                yield bracketed(Entrywise(parts, (r"\odot",)))


def _root(node: Node) -> Node | None:
    if isinstance(node, Quantity) and node.exponent == "{2}":
        return replace(node, exponent="")
    if isinstance(node, Apply) and node.function == r"\tanh^{2}":
        return replace(node, function=r"\tanh")
    return None


def as_diagonal(node: Node, page: Page) -> Iterator[Node]:
    """diag(a) b for a ⊙ b, of two vectors."""
    if isinstance(node, Entrywise) and set(node.signs) == {r"\odot"}:
        first, *others = node.parts
        if isinstance(first, Quantity) and not first.exponent and page.shapes[first.key[0]][1] == 1:
            rest = Entrywise(tuple(others), node.signs[1:]) if len(others) > 1 else others[0]
            factor = rest if isinstance(rest, Quantity | Apply) else bracketed(rest)
            yield Chain((Apply(r"\operatorname{diag}", "(", (first,)), factor))


def bracket_multiplied_out(node: Node, page: Page) -> Iterator[Node]:
    """f - f ⊙ f for f ⊙ (1 - f)."""
    if isinstance(node, Entrywise) and set(node.signs) == {r"\odot"} and len(node.parts) > 1:
        for k in range(len(node.parts) - 1):
            one, two = node.parts[k : k + 2]
            if str(two) == f"(1 - {one})":
                new = bracketed(Sum((one, Entrywise((one, one), (r"\odot",))), (1, -1)))
                parts = (*node.parts[:k], new, *node.parts[k + 2 :])
                yield Entrywise(parts, node.signs[1:]) if len(parts) > 1 else parts[0]


def adjoint_expanded(node: Node, page: Page) -> Iterator[Node]:
    """The right side of its own equation for a named gradient."""
    if isinstance(node, Quantity) and node.key in page.definitions and node.key[1] in ("", "t", "T"):
        if node.key[1] == "t" and any(key == (node.key[0], "T") for key in page.definitions):
            return
        inner = page.cut(page.definitions[node.key])
        if not isinstance(inner, Over) and "Over(" not in repr(inner):
            yield replace(Apply("", "(", (inner,)), exponent=node.exponent)


def stack_taken_apart(node: Node, page: Page) -> Iterator[Node]:
    """W_{f,h} h + W_{f,x} x for W_f [h; x]."""
    if not isinstance(node, Chain) or len(node.factors) != 2:
        return
    weight, stack = node.factors
    if not isinstance(weight, Quantity) or weight.exponent or not isinstance(stack, Apply) or stack.exponent:
        return
    if len(stack.parts) != 2 or (f"{weight.key[0]}|x", "") not in page.names:
        return
    terms = []
    for part in stack.parts:
        name = "x" if isinstance(part, Quantity) and part.key[0] == "x" else "h_prev"
        factor = part if isinstance(part, Quantity) else bracketed(part)
        terms.append(Chain((_named((f"{weight.key[0]}|{name}", ""), page), factor)))
    yield bracketed(Sum(tuple(terms), (1, 1)))


def twice_negative(node: Node, page: Page) -> Iterator[Node]:
    """-(-a) for a."""
    if isinstance(node, Quantity) and not node.exponent:
        yield bracketed(Sum((bracketed(Sum((node,), (-1,))),), (-1,)))


def halves(node: Node, page: Page) -> Iterator[Node]:
    """½ a + ½ a for a."""
    if isinstance(node, Entrywise):
        half = Chain((Plain(r"\frac{1}{2}"), bracketed(node)))
        yield bracketed(Sum((half, half), (1, 1)))


def added_and_taken_off(node: Node, page: Page) -> Iterator[Node]:
    """a + b - b for a."""
    if isinstance(node, Quantity) and not node.exponent:
        shape = page.shapes[node.key[0]]
        for name, other in sorted(page.shapes.items()):
            if other == shape and (name, node.key[1]) in page.names:
                more = _named((name, node.key[1]), page)
                yield bracketed(Sum((node, more, more), (1, 1, -1)))
                return


def last_term_apart(node: Node, page: Page) -> Iterator[Node]:
    """∑ up to T - 1, and the term of T, for ∑ up to T."""
    if isinstance(node, Over) and node.limits.endswith("{T}"):
        last = _at_the_end(node.body, page)
        if last is not None:
            short = replace(node, limits=node.limits.removesuffix("{T}") + "{T-1}")
            yield Sum((bracketed(short), last), (1, 1))


def _at_the_end(node: Node, page: Page) -> Node | None:
    moments = {"t": "T", "t-1": "T-1"}
    while True:
        for piece, put in sites(node):
            if isinstance(piece, Quantity) and piece.key[1] in ("t", "t-1", "t+1"):
                key = (piece.key[0], moments.get(piece.key[1], ""))
                if key not in page.names:
                    return None
                node = put(replace(piece, key=key, printed=page.names[key]))
                break
        else:
            return node


REWRITES: dict[str, Rewrite] = {
    "factors commuted": commuted,
    "terms commuted": terms_commuted,
    "distributed": distributed,
    "factored out": factored_out,
    "transposed twice": transposed_twice,
    "product transposed": product_transposed,
    "transpose taken in": transpose_taken_in,
    "1 - σ(a) = σ(-a)": complement,
    "gate by its equation": gate_by_its_equation,
    "tanh by σ": tanh_by_sigma,
    "1 - a² as a product": square_as_product,
    "diag(a) b": as_diagonal,
    "f - f ⊙ f": bracket_multiplied_out,
    "adjoint expanded": adjoint_expanded,
    "stack taken apart": stack_taken_apart,
    "-(-a)": twice_negative,
    "halves": halves,
    "a + b - b": added_and_taken_off,
    "last term apart": last_term_apart,
}
