"""Two ways to use a page: with a pointer on a desk, and with nothing but the keyboard on a telephone's width.

Both do the same five things to what a person would name. The keyboard reaches everything by Tab, as somebody who can't
point does: what Tab doesn't reach, or what looks no different when it has, fails.
"""

from typing import Protocol

from playwright.sync_api import Locator, Page, expect

FAR = 250  # stops of the Tab key before we say that something can't be reached
HERE = "element => element === document.activeElement"
# A link that covers its card draws the ring around the card; a hidden radio button around its label.
SEEN = """element => {
    for (let node = element, far = 0; node && far < 6; node = node.parentElement, far++) {
        const style = getComputedStyle(node);
        if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) return true;
    }
    return false;
}"""


class Hands(Protocol):
    """Somebody at a page."""

    page: Page

    def press(self, what: Locator) -> None:
        """A link or a button; the page that it leads to is there afterwards."""
        ...

    def write(self, what: Locator, words: str) -> None:
        """Words into a field, instead of what is there."""
        ...

    def choose(self, what: Locator, value: str) -> None:
        """One of the options of a select."""
        ...

    def pick(self, what: Locator) -> None:
        """A radio button or a tick."""
        ...


class Pointer:
    """A mouse, and keys to write with."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, what: Locator) -> None:
        with self.page.expect_navigation():
            what.click()

    def write(self, what: Locator, words: str) -> None:
        what.fill(words)

    def choose(self, what: Locator, value: str) -> None:
        what.select_option(value)

    def pick(self, what: Locator) -> None:
        what.check()


class Keys:
    """Nothing but keys."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, what: Locator) -> None:
        self._reach(what)
        # Without it the next key would still go to the old page, and a form that is sent be sent away.
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, what: Locator, words: str) -> None:
        self._reach(what)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(words)

    def choose(self, what: Locator, value: str) -> None:
        self._reach(what)
        offered = [one.get_attribute("value") or "" for one in what.locator("option").all()]
        place = offered.index(what.input_value())
        step = 1 if offered.index(value) > place else -1
        while offered[place] != value:  # one key at a time: a slow page must not be passed by
            self.page.keyboard.press("ArrowDown" if step == 1 else "ArrowUp")
            place += step
            expect(what).to_have_value(offered[place])

    def pick(self, what: Locator) -> None:
        """Tab enters a group of radio buttons where it stands; the arrows go on within it."""
        if what.get_attribute("type") != "radio":
            self._reach(what)
            if not what.is_checked():
                self.page.keyboard.press("Space")
        else:
            group = self.page.locator(f"input[type=radio][name='{what.get_attribute('name')}']")
            checked = group.and_(self.page.locator(":checked"))
            self._reach(checked.first if checked.count() else group.first)
            for _ in range(group.count()):
                self.page.keyboard.press("Space")
                if what.is_checked():
                    break
                self.page.keyboard.press("ArrowDown")
        expect(what).to_be_checked()

    def _reach(self, what: Locator) -> None:
        expect(what).to_be_attached()
        for _ in range(FAR):
            if what.evaluate(HERE):
                assert what.evaluate(SEEN), f"nobody sees that the keyboard is at {what}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab doesn't lead to {what}")
