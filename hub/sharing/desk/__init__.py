"""The manager's desk: content and how it fares, the toolkit, embeds, what holds for all sharing."""

from hub.sharing.desk import contents, embeds, toolkit

blueprints = [contents.blueprint, toolkit.blueprint, embeds.blueprint]
