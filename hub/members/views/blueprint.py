"""The blueprint that the pages share, so that their endpoints read members.sign_in, members.profile, …"""

from hub.core.web import Blueprint

blueprint = Blueprint("members", __name__)
