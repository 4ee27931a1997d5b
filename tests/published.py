"""What tests of publications share: a project, and a published folder as they read it: links, ids and elements of its pages."""

import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.builders import RURITANIA


def at_court(folder):
    """A copy of Ruritania with the pillar of the court alone, which has all that a page can have but a composite."""
    copy = shutil.copytree(RURITANIA, folder)
    for name in ("crowd", "guns", "roads"):
        (copy / "indicators" / "definitions" / f"{name}.yaml").unlink()
    return copy


class Page(HTMLParser):
    """A page: its elements with their attributes, and its texts."""

    def __init__(self, path):
        super().__init__()
        self.path, self.elements, self.texts = path, [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return " ".join("".join(self.texts).split())

    @property
    def ids(self):
        return [named["id"] for _, named in self.elements if "id" in named]

    @property
    def links(self):
        """What the page leads to or shows, with the element that does."""
        return [(tag, named[key]) for tag, named in self.elements for key in ("href", "src", "srcset") if key in named]

    def of(self, tag):
        return [named for name, named in self.elements if name == tag]


def pages(folder):
    return {path: Page(path) for path in sorted(Path(folder).resolve().rglob("*.html"))}


def dead_links(folder):
    """Links that lead to no file of the folder, or to no element of a page; sources may be on the web, nothing else."""
    known = pages(folder)
    for path, page in known.items():
        for tag, link in page.links:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https") and tag == "a":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            is_there = not anchor or anchor.startswith("find=") or (target in known and anchor in known[target].ids)
            if parts.scheme or not target.is_file() or not target.is_relative_to(Path(folder).resolve()) or not is_there:
                yield path.name, link
