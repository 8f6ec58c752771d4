"""`python -m derivations` writes every page anew."""

from derivations.page import FOLDER, render, topics

for name in topics():
    text = render(name)
    path = FOLDER / f"{name}.md"
    changed = not path.exists() or path.read_text(encoding="utf-8") != text
    path.write_text(text, encoding="utf-8")
    print(f"{path.name}: {'written' if changed else 'unchanged'}")
