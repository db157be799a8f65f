"""What every page shows around its content: the hub's name, the member, the navigation, the theme."""

from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, current_app, g, make_response, request, url_for
from flask_login import current_user

from hub.core import registry
from hub.core.place import place
from hub.core.web import public


def init_app(app: Flask) -> None:
    """Gives templates `hub`, `me` and `nav`, and serves /theme.css."""
    app.context_processor(surroundings)
    app.add_url_rule("/theme.css", "theme", theme)


def surroundings() -> dict[str, Any]:
    """Lazy, so that a fragment which shows none of it asks the database for none of it."""
    return {"hub": _Lazy(place), "me": _me(), "nav": _Lazy(navigation)}


class _Lazy:
    """Asks once, when a template first looks at it."""

    def __init__(self, ask: Any) -> None:
        self._ask = ask

    def __getattr__(self, name: str) -> Any:
        return getattr(self._value(), name)

    def __iter__(self) -> Any:
        return iter(self._value())

    def _value(self) -> Any:
        if "_kept" not in self.__dict__:
            self.__dict__["_kept"] = self._ask()
        return self.__dict__["_kept"]


class _Me:
    """The signed-in member as the shell shows them; counters are asked for when shown."""

    def __init__(self, member: Any) -> None:
        self.member = member

    def __getattr__(self, name: str) -> Any:
        if name in registry.shell:
            value = registry.shell[name](self.member.id)
            self.__dict__[name] = value
            return value
        return getattr(self.member, name)


def _me() -> _Me | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "outside", False):
        return None
    if not current_user or not current_user.is_authenticated:
        return None
    if "me" not in g:
        g.me = _Me(current_user._get_current_object())
    me: _Me = g.me
    return me


def know(name: str, value: Any) -> None:
    """A page that has asked for a number already spares the shell from asking again."""
    me = _me()
    if me is not None:
        me.__dict__[name] = value


def navigation() -> list[SimpleNamespace]:
    """The entries this visitor may use, the current one marked: the one whose address is the longest start of ours."""
    if not current_user.is_authenticated:
        return []
    held = current_user.roles
    entries = [
        SimpleNamespace(
            label=item.label, icon=item.icon, section=item.section, group=item.group, endpoint=item.endpoint,
            url=url_for(item.endpoint, **dict(item.values)), active=False,
        )
        for item in registry.items
        if (not item.roles or (item.roles | {"admin"}) & held) and (item.when is None or item.when())
    ]  # fmt: skip
    here = max(
        (entry for entry in entries if _within(entry.url)), key=lambda entry: len(entry.url), default=None
    )
    if here is not None:
        here.active = True
    return entries


def _within(url: str) -> bool:
    return request.path == url or (url != "/" and request.path.startswith(f"{url}/"))


@public
def theme() -> Response:
    """The hub's own colour, as custom properties over the tokens. The same for everybody, so nobody is looked up: an
    answer that caches share must not renew somebody's session."""
    # Past render_template: its surroundings would ask who is reading.
    sheet = current_app.jinja_env.get_template("_shell/theme.css")
    response = make_response(sheet.render(hub=place()))
    response.mimetype = "text/css"
    response.headers["Cache-Control"] = "public, max-age=60"
    response.add_etag()
    response.make_conditional(request)
    return response


theme.outside = True  # type: ignore[attr-defined]
