"""The articles and questions a new Footnote starts with; README.md says where each comes from."""
