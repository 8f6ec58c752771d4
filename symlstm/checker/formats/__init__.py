"""The formats of a report: text, Markdown, LaTeX, HTML, JSON and annotations for GitHub."""
