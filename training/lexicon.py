"""Makes app/lexicon.txt.gz: python training/lexicon.py WORDNET QED, folders of WordNet 3.0 and of qed.

WordNet 3.0 is Princeton's, under its own licence (see NOTICE). Kept are words that its tagged texts or two of
QED's paragraphs use, each with the senses that were tagged or come first, their kinds two levels up, and the
pairs of opposites and of derived words.
"""

import argparse
import gzip
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

FILES = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
PARTS = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
MOST_SENSES = 8
KINDS, OPPOSITE, DERIVED = ("@", "@i", "&"), "!", ("+", "\\")


@dataclass(frozen=True)
class Synset:
    words: list[str]
    # (symbol, other synset, number of our word or 0, number of the other's)
    pointers: list[tuple[str, str, int, int]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wordnet", type=Path)
    parser.add_argument("qed", type=Path)
    parser.add_argument("--output", type=Path, default=Path("app/lexicon.txt.gz"))
    given = parser.parse_args()
    synsets = read_synsets(given.wordnet)
    chosen = choose(read_senses(given.wordnet), used_words(given.qed))
    text = table(synsets, chosen)
    given.output.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def read_synsets(folder: Path) -> dict[str, Synset]:
    found = {}
    for part, name in FILES.items():
        for line in (folder / f"data.{name}").read_text("latin-1").splitlines():
            if line.startswith(" "):
                continue
            fields = line.split("|")[0].split()
            count = int(fields[3], 16)
            words = [fields[4 + 2 * n].lower().split("(")[0] for n in range(count)]
            rest = fields[5 + 2 * count :]
            pointers = []
            for symbol, offset, other_part, numbers in zip(*(rest[n::4] for n in range(4)), strict=False):
                if len(numbers) == 4 and other_part in "nvars":
                    other = ("a" if other_part == "s" else other_part) + offset
                    pointers.append((symbol, other, int(numbers[:2], 16), int(numbers[2:], 16)))
            found[part + fields[0]] = Synset(words, pointers)
    return found


def read_senses(folder: Path) -> dict[str, list[tuple[str, int, int]]]:
    """Return each word's (synset, how often tagged, number of the sense)."""
    senses = defaultdict(list)
    for line in (folder / "index.sense").read_text("latin-1").splitlines():
        key, offset, number, tagged = line.split()
        word, rest = key.split("%")
        senses[word].append((PARTS[rest[0]] + offset, int(tagged), int(number)))
    return senses


def used_words(folder: Path) -> Counter[str]:
    """Return in how many paragraphs each word stands."""
    used: Counter[str] = Counter()
    for path in folder.glob("*.jsonl.gz"):
        for line in gzip.decompress(path.read_bytes()).splitlines():
            used.update(set(re.findall(r"[a-z]+", json.loads(line)["paragraph_text"].lower())))
    return used


def choose(senses: dict[str, list[tuple[str, int, int]]], used: Counter[str]) -> dict[str, list[str]]:
    """Return the words that are kept, each with its synsets, the commonest first."""
    chosen = {}
    for word, theirs in senses.items():
        known = any(tagged for _, tagged, _ in theirs) or used[word] >= 2
        if word.isalpha() and len(word) > 2 and known:
            ranked = sorted(theirs, key=lambda one: (-one[1], one[2]))
            chosen[word] = [one for one, tagged, number in ranked if tagged or number <= 2][:MOST_SENSES]
    return chosen


def table(synsets: dict[str, Synset], chosen: dict[str, list[str]]) -> str:
    """Return words with senses, senses with kinds, opposites and derived pairs, a blank line between."""
    numbers: dict[str, int] = {}
    words = [
        f"{word} {','.join(str(numbers.setdefault(one, len(numbers))) for one in chosen[word])}"
        for word in sorted(chosen)
    ]
    kinds = kinds_of(synsets, numbers)
    parents = [
        f"{n} {','.join(str(numbers[other]) for other in kinds[one])}"
        for one, n in sorted(numbers.items(), key=lambda pair: pair[1])
        if kinds.get(one)
    ]
    opposites, derived = pairs_of(synsets, chosen)
    return "\n\n".join("\n".join(part) for part in (words, parents, opposites, derived))


def kinds_of(synsets: dict[str, Synset], numbers: dict[str, int]) -> dict[str, list[str]]:
    """Return each synset's kinds, two levels up; those above get numbers too."""
    kinds: dict[str, list[str]] = {}
    level = list(numbers)
    for _ in range(2):
        new = [one for one in level if one not in kinds]
        kinds |= {
            one: [other for symbol, other, _, _ in synsets[one].pointers if symbol in KINDS] for one in new
        }
        level = sorted({above for one in new for above in kinds[one]} - set(kinds))
        for one in level:
            numbers.setdefault(one, len(numbers))
    return kinds


def pairs_of(synsets: dict[str, Synset], chosen: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    """Return the pairs of opposites and of derived words."""
    opposites, derived = set(), set()
    pointers = [
        (word, synsets[one], pointer)
        for word in chosen
        for one in chosen[word]
        for pointer in synsets[one].pointers
    ]
    for word, own, (symbol, other, ours, number) in pointers:
        if ours and own.words[ours - 1] != word:
            continue
        named = synsets[other].words[number - 1 : number] if number else synsets[other].words
        pairs = {" ".join(sorted((word, w))) for w in named if w in chosen and w != word}
        if symbol == OPPOSITE:
            opposites |= pairs
        elif symbol in DERIVED and ours and number:
            derived |= pairs
    return sorted(opposites), sorted(derived)


if __name__ == "__main__":
    main()
