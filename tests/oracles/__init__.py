"""Reference data recorded from the libraries themselves; each record_<library>.py needs its library, no test does."""
