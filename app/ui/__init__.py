"""The web chat, on Gradio: ask, read the answer beside its articles, keep the articles.

app/main.py calls `app.ui.page.mount(app, service, examples)` once the app's own routes exist.
"""

import os

# Gradio reads this once, when first imported, and otherwise calls api.gradio.app.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
