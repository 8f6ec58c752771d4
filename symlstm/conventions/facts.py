"""What is stated beside the arrays: settings in the library's own words, or options of our cell."""

from collections.abc import Iterable, Mapping
from typing import Any

from symlstm.conventions.convention import Convention, Form
from symlstm.errors import InputError, UnknownNameError

__all__ = ["OPTIONS", "agreeing", "chosen", "settings_for"]

_ACTIVATIONS = {"gate_activation": "sigmoid", "candidate_activation": "tanh", "output_activation": "tanh"}

# The options of our cells that say what they compute, as they are when nothing is said.
OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "lstm": {"coupled": False, "forget_bias": 0, **_ACTIVATIONS},
    "layernorm-lstm-tf": {"forget_bias": 1, "epsilon": 1e-12},
    "layernorm-lstm-tflite": {"coupled": False, "epsilon": 1e-8},
    "gru": {"reset": "before", "update": "keep"},
    "rnn": {"activation": "tanh"},
}


def agreeing(convention: Convention, forms: Iterable[Form], facts: Mapping[str, Any]) -> list[Form]:
    """The forms that are possible with what is stated.

    Raises UnknownNameError for a word that neither the library nor we have, InputError where no form is possible.
    """
    left = list(forms)
    ours = {option for options in OPTIONS.values() for option in options}
    for word, value in facts.items():
        if word not in convention.words and word not in ours:
            raise UnknownNameError(f"setting of {convention.name}", word, [*convention.words, *sorted(ours)])
        possible = [form for form in left if _allows(form, word, value)]
        if not possible:
            raise InputError(_refusal(convention, left, word, value))
        left = possible
    return left


def _allows(form: Form, word: str, value: Any) -> bool:
    if word in form.choices:
        try:
            form.choices[word].means(value)
        except KeyError:
            return False
        return True
    allowed = _allowed(form, word)
    return allowed is None or any(_is(value, other) for other in allowed)


def _is(value: Any, other: Any) -> bool:
    """Whether two settings are the same; an array is none."""
    return isinstance(value, bool | int | float | str | list | tuple | None) and value == other


def _allowed(form: Form, word: str) -> list[Any] | None:
    """The values that a setting or an option may have in a form; None for any number."""
    if word in form.settings:
        return [form.settings[word]]
    if word in form.requires:
        return [form.requires[word]]
    if word in form.choices:
        values = form.choices[word].values
        return None if values is None else list(values)
    for choice in form.choices.values():
        if word in choice.options:
            return None if choice.values is None else list(choice.values.values())
    known = {**OPTIONS[form.cell], **form.means}
    return [known[word]] if word in known else []


def _refusal(convention: Convention, forms: list[Form], word: str, value: Any) -> str:
    allowed: list[Any] = []
    for form in forms:
        entries = _allowed(form, word)
        allowed += [other for other in (["a number"] if entries is None else entries) if other not in allowed]
    what = f"{convention.name} {' or '.join(dict.fromkeys(form.cell for form in forms))}"
    if not allowed:
        return f"{what}: there is no {word}; leave it out"
    expected = " or ".join(text if text == "a number" else repr(text) for text in allowed)
    listed = any(word in form.choices and form.choices[word].listed for form in forms)
    return f"{what}: {word}={_short(value)} cannot be converted; expected {'a list of ' if listed else ''}{expected}"


def _short(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:57] + "..."


def chosen(form: Form, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What a form computes, as options of our cell, with the choices that are stated and the library's defaults."""
    meaning = {**OPTIONS[form.cell], **form.means}
    for word, choice in form.choices.items():
        meaning |= choice.means(facts.get(word, choice.default))
        meaning |= {option: facts[option] for option in choice.options if option in facts}
    return meaning


def settings_for(form: Form, meaning: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of the library under which a form means this. Raises InputError where there are none."""
    settings = dict(form.settings)
    for word, choice in form.choices.items():
        try:
            settings[word] = choice.setting(meaning)
        except KeyError:
            wanted = ", ".join(f"{option}={meaning[option]!r}" for option in choice.options)
            raise InputError(f"{form.title}: no {word} stands for {wanted}") from None
    return settings
