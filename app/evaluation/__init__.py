"""`footnote eval`: one module a measure, each through the product's own path."""
