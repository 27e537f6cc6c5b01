"""Reads HTML as a browser would, to show that none of it came from data."""

from html.parser import HTMLParser

_TAGS = {"div", "span", "b", "bdi", "table", "thead", "tbody", "tr", "th", "td", "pre"}
_ATTRIBUTES = {"style", "title", "class", "colspan"}
# Of pictures; their text is text, and nothing in them links or runs.
_TAGS |= {"svg", "path", "text", "title"}
_ATTRIBUTES |= {"viewbox", "width", "height", "role", "aria-label", "d", "x", "y", "fill"}
_ATTRIBUTES |= {"stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin"}
_ATTRIBUTES |= {"shape-rendering", "text-anchor"}


class Page(HTMLParser):
    """Every tag, attribute and text of a piece of HTML; fails on what a panel has no use for."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.texts, self.titles, self._open = [], [], []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attributes):
        assert tag in _TAGS, tag
        assert {name for name, _ in attributes} <= _ATTRIBUTES, attributes
        for name, value in attributes:
            if name == "style":
                assert "url(" not in value and "expression" not in value and "<" not in value
            if name == "title":
                self.titles.append(value)
        self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return "".join(self.texts)
