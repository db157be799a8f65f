"""The house itself: app factory, settings, database, clock, page rendering, security headers, CLI root.

Rooms hang things on its registries (checks, health, navigation, shell counters, timeline sources) and
declare who may enter a handler. Core never imports a room and knows nothing of points or referrals.
"""
