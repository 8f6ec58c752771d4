"""Gates in one block: (i; f; o; g) = (sigm; sigm; sigm; tanh) T (x; h), with one affine map T for all of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sympy import Add, Expr, MatAdd, MatMul, MatrixExpr, MatrixSymbol, OneMatrix

from symlstm.algebra import Apply
from symlstm.system import Equation, Role

__all__ = ["Block", "block_of"]


@dataclass(frozen=True)
class Block:
    """The gates that are one affine map of one argument: each is a function of W argument + b."""

    gates: tuple[Equation, ...]
    argument: MatrixExpr

    @property
    def functions(self) -> list[Apply]:
        """What is applied to the rows of each gate."""
        return [gate.rhs for gate in self.gates]

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """The shape of the gates on top of each other."""
        return Add(*(gate.shape[0] for gate in self.gates)), self.gates[0].shape[1]

    @property
    def sizes(self) -> tuple[Expr, Expr]:
        """The sizes from which and to which the affine map leads, as in T_{2n,4n}."""
        return self.argument.shape[0], self.shape[0]


def block_of(lines: Sequence[Equation], parameters: Collection[str]) -> Block | None:
    """All gates as a block; None where one of them has another form, or there is only one."""
    gates = tuple(line for line in lines if line.role is Role.GATE)
    arguments = [_argument(gate, parameters) for gate in gates]
    if len(gates) < 2 or arguments[0] is None or any(other != arguments[0] for other in arguments):
        return None
    return Block(gates, arguments[0])


def _argument(gate: Equation, parameters: Collection[str]) -> MatrixExpr | None:
    """What the gate is an affine map of: x in σ(W x + b), whose W and b are parameters."""
    net_input = gate.rhs.argument if isinstance(gate.rhs, Apply) else None
    if not isinstance(net_input, MatAdd) or len(net_input.args) != 2:
        return None
    product, bias = net_input.args
    if isinstance(bias, MatMul) and len(bias.args) == 2 and isinstance(bias.args[1], OneMatrix):
        bias = bias.args[0]
    if not isinstance(product, MatMul) or len(product.args) != 2:
        return None
    weight, argument = product.args
    known = all(isinstance(part, MatrixSymbol) and part.name in parameters for part in (weight, bias))
    return argument if known else None
