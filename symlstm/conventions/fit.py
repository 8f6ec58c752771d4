"""Which form of a convention the arrays have: by their names, by what is known of the library, by their shapes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from symlstm.conventions.blocks import Array, cut
from symlstm.conventions.convention import Form, Stored
from symlstm.conventions.sizes import Mismatch, find_sizes
from symlstm.errors import InputError, SymlstmError, UnknownNameError

__all__ = ["Fit", "Misfit", "best", "fit"]

Label = Callable[[str], str]


@dataclass(frozen=True)
class Fit:
    """A form, the features of it that are there, and the sizes n, d and r."""

    form: Form
    features: frozenset[str]
    sizes: Mapping[str, int]

    @property
    def arrays(self) -> list[Stored]:
        """The arrays that are there."""
        return [stored for stored in self.form.arrays if not stored.feature or stored.feature in self.features]

    def cut(self, arrays: Mapping[str, Array]) -> dict[str, Array]:
        """The quantities that the arrays hold."""
        return {
            name: block
            for stored in self.arrays
            for name, block in cut(stored, arrays[stored.name], self.sizes).items()
        }


@dataclass(frozen=True)
class Misfit:
    """Why arrays do not have a form; the smaller `distance`, the nearer they were."""

    distance: int
    error: SymlstmError


def fit(form: Form, arrays: Mapping[str, Array], where: str, label: Label, kind: str = "array") -> Fit | Misfit:
    """The arrays as a form, or what is wrong with them."""
    features = _features(form, arrays)
    wanted = [stored for stored in form.arrays if not stored.feature or stored.feature in features]
    aliases = {} if "projection" in features else {"r": "n"}
    missing = [stored for stored in wanted if stored.name not in arrays]
    extra = [name for name in arrays if name not in form.by_name]
    if missing:
        texts = ", ".join(f"{label(stored.name)} of shape {stored.axes.show(aliases)}" for stored in missing)
        return Misfit(1000 * len(missing) + 1000 * len(extra), InputError(f"{where}: missing {texts}"))
    if extra:
        known = [label(stored.name) for stored in form.arrays]
        return Misfit(1000 * len(extra), UnknownNameError(f"{kind} for {where}", label(extra[0]), known))
    try:
        sizes = find_sizes([(stored, arrays[stored.name]) for stored in wanted], aliases, label)
    except Mismatch as error:
        return Misfit(1, InputError(f"{where}: {error}"))
    return Fit(form, features, sizes | {alias: sizes[name] for alias, name in aliases.items()})


def _features(form: Form, arrays: Mapping[str, Array]) -> frozenset[str]:
    return frozenset(stored.feature for stored in form.arrays if stored.feature and stored.name in arrays)


def best(tried: Iterable[Fit | Misfit]) -> list[Fit]:
    """All that fit. Raises the error of the nearest form where none does."""
    results = list(tried)
    if fits := [result for result in results if isinstance(result, Fit)]:
        return fits
    misfits = [result for result in results if isinstance(result, Misfit)]
    raise min(misfits, key=lambda misfit: misfit.distance).error
