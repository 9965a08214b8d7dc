"""The words of a document as its page holds them, whatever they are drawn like."""

from html.parser import HTMLParser


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words:
            self.found.append(words)


def words_of(page: str) -> str:
    """Every piece of text between two tags on a line of its own, white space made one blank."""
    parser = _Words()
    parser.feed(page)
    return "\n".join(parser.found) + "\n"
