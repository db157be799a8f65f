"""What members share and how it fares, the toolkit, and the pages that strangers see."""

from hub.sharing.views import door, embedded, mine, shares, stage, toolkit

blueprints = [
    door.blueprint,
    shares.blueprint,
    mine.blueprint,
    toolkit.blueprint,
    stage.blueprint,
    embedded.blueprint,
]
