"""The web chat, on Gradio: ask, read the answer beside its articles, keep the articles.

What app/main.py does, lazily and after its own routes exist:

    from app.ui.page import MOUNT_OPTIONS, build_page
    gradio.mount_gradio_app(app, build_page(service, examples), path="/", **MOUNT_OPTIONS)

so it calls `app.ui.page.mount(app, service, examples)`, which is these two lines, and never imports Gradio itself.
"""

import os

# Gradio reads this once, when first imported, and otherwise calls api.gradio.app.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
