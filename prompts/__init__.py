"""Templates only: every sentence Footnote writes by itself, as Jinja2 files."""
