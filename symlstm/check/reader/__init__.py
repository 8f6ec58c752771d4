"""The reader: from LaTeX or plain text to trees that keep every token, and every question that meaning has to settle."""
