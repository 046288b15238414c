"""What a figure was made by: the checkout's commit and a corpus's hash."""

import hashlib
import subprocess
from pathlib import Path


def folder_hash(folder: Path) -> str:
    """Return 12 hex digits over the folder's files, names and contents."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def commit() -> str:
    """Return the checkout's commit, "+" behind it where files differ from it; "" outside a checkout."""
    root = Path(__file__).resolve().parents[2]

    def git(*arguments: str) -> str:
        result = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False
        )
        return result.stdout.strip()

    try:
        commit = git("rev-parse", "--short=12", "HEAD")
        changed = git("status", "--porcelain", "--", "app", "index", "prompts")
    except FileNotFoundError:
        return ""
    return f"{commit}+" if commit and changed else commit
