"""What members see of the community: threads, the board, shout-outs, the customer of the month."""

from hub.community.views import board, honours, shout_outs, threads

blueprints = [threads.blueprint, board.blueprint, shout_outs.blueprint, honours.blueprint]
