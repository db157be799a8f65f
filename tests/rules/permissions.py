"""The permission table, written by hand: every route and every kind of visitor. A route without a row fails the tests.

The things looked at are Ada's; Katherine is the rep who looks after them, Mary is another rep, Linus another member.

in   sent to sign-in (401 for htmx), nothing done         --   not found: there is nothing here for this visitor
ok   let in: the page, or the form's own answer           ->   let in, and sent on to another page of the hub
no   403, nothing done                                    401  a program's own answer to who can't prove themselves
"""

from tests.rules.house import VISITORS

#                                              nobody linus ada katherine mary dorothy grace root
TABLE = """
GET  /                                              ok ok ok ok ok ok ok ok
GET  /healthz                                       ok ok ok ok ok ok ok ok
GET  /readyz                                        ok ok ok ok ok ok ok ok
GET  /metrics                                       ok ok ok ok ok ok ok ok
GET  /static/<filename>                             ok ok ok ok ok ok ok ok
GET  /theme.css                                     ok ok ok ok ok ok ok ok

GET  /sign-in                                       ok -> -> -> -> -> -> ->
POST /sign-in                                       ok ok ok ok ok ok ok ok
GET  /sign-in/connect                               in -> -> -> -> -> -> ->
POST /sign-in/connect                               in ok ok ok ok ok ok ok
GET  /sign-in/oidc                                  -- -- -- -- -- -- -- --
GET  /sign-in/oidc/answer                           -- -- -- -- -- -- -- --
GET  /sign-in/forgotten                             ok ok ok ok ok ok ok ok
POST /sign-in/forgotten                             ok ok ok ok ok ok ok ok
GET  /sign-in/reset/<token>                         ok ok ok ok ok ok ok ok
POST /sign-in/reset/<token>                         ok ok ok ok ok ok ok ok
POST /sign-out                                      in ok ok ok ok ok ok ok
GET  /invitations/<token>                           ok ok ok ok ok ok ok ok
POST /invitations/<token>                           ok ok ok ok ok ok ok ok

GET  /home/around                                   in ok ok ok ok ok ok ok
GET  /home/moving                                   in ok ok ok ok ok ok ok
GET  /home/rest                                     in ok ok ok ok ok ok ok
GET  /pulse                                         in ok ok ok ok ok ok ok
POST /pulse                                         in ok ok ok ok ok ok ok
POST /pulse/words                                   in ok ok ok ok ok ok ok
GET  /status                                        in ok ok ok ok ok ok ok
POST /home/put-off                                  in ok ok ok ok ok ok ok
GET  /challenges                                    in ok ok ok ok ok ok ok
GET  /challenges/<slug>                             in ok ok ok ok ok ok ok
POST /challenges/<slug>/submissions                 in -- -- -- -- -- -- --
GET  /challenges/<slug>/steps/<step_id>/out         in -> -> -> -> -> -> ->
POST /challenges/<slug>/steps/<step_id>/seat        in -- -- -- -- -- -- --
POST /challenges/submissions/<submission_id>/withdrawal in -- ok -- -- -- -- --
POST /challenges/<slug>/aside                       in ok ok ok ok ok ok ok
POST /challenges/<slug>/aside/removal               in -- -- -- -- -- -- --
GET  /certificates                                  in ok ok ok ok ok ok ok
GET  /certificates/<code>                           ok ok ok ok ok ok ok ok
GET  /certificates/<code>/paper                     in -- ok -- -- -- -- --
GET  /uploads/<name>                                in -- -- -- -- -- -- --
GET  /badges                                        in ok ok ok ok ok ok ok
POST /badges/pauses                                 in ok ok ok ok ok ok ok
POST /badges/pauses/<pause_id>/removal              in -- -- -- -- -- -- --
GET  /badges/<slug>                                 in ok ok ok ok ok ok ok
POST /badges/<slug>/visibility                      in -- ok -- -- -- -- --
GET  /leaderboard                                   in ok ok ok ok ok ok ok
GET  /leaderboard/<slug>                            in ok ok ok ok ok ok ok
GET  /leaderboard/<slug>/seasons/<name>             in ok ok ok ok ok ok ok
GET  /members/<handle>                              in ok ok ok ok ok ok ok
GET  /members/<handle>/panels/<name>                in ok ok ok ok ok ok ok
GET  /points                                        in ok ok ok ok ok ok ok
GET  /settings                                      in ok ok ok ok ok ok ok
POST /settings                                      in ok ok ok ok ok ok ok
POST /settings/password                             in ok ok ok ok ok ok ok
GET  /settings/data                                 in ok ok ok ok ok ok ok
POST /settings/data/erasure                         in ok ok ok ok ok ok ok
POST /settings/data/export                          in ok ok ok ok ok ok ok
POST /settings/sessions                             in ok ok ok ok ok ok ok
GET  /settings/notices                              in ok ok ok ok ok ok ok
POST /settings/notices                              in ok ok ok ok ok ok ok
GET  /unsubscribe/<token>                           ok ok ok ok ok ok ok ok
POST /unsubscribe/<token>                           ok ok ok ok ok ok ok ok
GET  /inbox                                         in ok ok ok ok ok ok ok
GET  /inbox/bell                                    in ok ok ok ok ok ok ok
POST /inbox/reading                                 in ok ok ok ok ok ok ok
POST /inbox/<notice_id>/reading                     in -- ok -- -- -- -- --

GET  /referrals                                     in ok ok ok ok ok ok ok
GET  /referrals/new                                 in ok ok ok ok ok ok ok
POST /referrals/new                                 in ok ok ok ok ok ok ok
POST /referrals/new/check                           in ok ok ok ok ok ok ok
GET  /referrals/<number>                            in -- ok -> -- -- -> ->
GET  /referrals/<number>/pulse                      in -- ok ok -- -- ok ok
GET  /threads/<prefix>/<number>                     in -- ok ok -- -- ok ok
POST /threads/<prefix>/<number>                     in -- ok ok -- -- ok ok
POST /threads/<prefix>/<number>/form                in -- ok ok -- -- ok ok
POST /threads/<prefix>/<number>/reading             in -- ok ok -- -- ok ok
POST /threads/<prefix>/<number>/watch               in -- ok ok -- -- ok ok
POST /threads/posts/<post_id>/removal               in -- ok ok -- -- ok ok
GET  /threads/posts/<post_id>/edit                  in -- ok no -- -- no no
POST /threads/posts/<post_id>/edit                  in -- ok no -- -- no no
POST /threads/posts/<post_id>/reactions             in -- ok ok -- -- ok ok
GET  /threads/posts/<post_id>/report                in -- ok ok -- -- ok ok
POST /threads/posts/<post_id>/report                in -- ok ok -- -- ok ok

GET  /community                                     in ok ok ok ok ok ok ok
GET  /community/new                                 in ok ok ok ok ok ok ok
POST /community/topics                              in ok ok ok ok ok ok ok
GET  /community/topics/<topic_id>                   in ok ok ok ok ok ok ok
GET  /community/happened                            in ok ok ok ok ok ok ok
GET  /community/people                              in ok ok ok ok ok ok ok
GET  /community/thanks                              in ok ok ok ok ok ok ok
POST /community/thanks                              in ok ok ok ok ok ok ok
GET  /community/thanks/new                          in ok ok ok ok ok ok ok
GET  /community/thanks/<shout_id>                   in ok ok ok ok ok ok ok
POST /community/thanks/<shout_id>/answer            in ok ok ok ok ok ok ok
POST /community/thanks/<shout_id>/withdrawal        in ok ok ok ok ok ok ok
GET  /community/months                              in ok ok ok ok ok ok ok
GET  /community/months/<honour_id>                  in -> -> -> -> -> -> ->
POST /community/months/<honour_id>/answer           in ok ok ok ok ok ok ok
POST /community/months/<honour_id>/withdrawal       in ok ok ok ok ok ok ok

GET  /sales                                         in no no ok ok no ok ok
POST /sales/invitations                             in no no ok ok no ok ok
GET  /sales/referrals                               in no no ok ok no ok ok
GET  /sales/referrals/<number>                      in no no ok -- no ok ok
POST /sales/referrals/<number>/claim-link           in no no ok -- no ok ok
POST /sales/referrals/<number>/deals                in no no ok -- no ok ok
GET  /sales/verbal                                  in no no ok ok no ok ok
POST /sales/verbal                                  in no no ok ok no ok ok

GET  /manage                                        in no no no no no ok ok
GET  /manage/health                                 in no no no no no ok ok
POST /manage/health/messages/<message_id>/retry     in no no no no no ok ok
GET  /manage/settings                               in no no no no no ok ok
POST /manage/settings                               in no no no no no ok ok
GET  /manage/settings/preview                       in no no no no no ok ok
GET  /manage/ledger                                 in no no no no no ok ok
GET  /manage/ledger/<entry_id>                      in no no no no no ok ok
POST /manage/ledger/<entry_id>                      in no no no no no ok ok
GET  /manage/mails                                  in no no no no no ok ok
GET  /manage/mails/letters/<folder>                 in no no no no no ok ok
GET  /manage/mails/letters/<folder>/drawn           in no no no no no ok ok
GET  /manage/mails/style.css                        in no no no no no ok ok
POST /manage/mails/<mail_id>/resend                 in no no no no no ok ok
GET  /manage/pulse                                  in no no no no no ok ok
GET  /manage/queues                                 in no no no no no ok ok
GET  /manage/alerts                                 in no no no no no ok ok
POST /manage/alerts                                 in no no no no no ok ok
POST /manage/alerts/<alert_id>/state                in no no no no no ok ok
GET  /manage/members                                in no no no no no ok ok
GET  /manage/members/health                         in no no no no no ok ok
POST /manage/members/health                         in no no no no no ok ok
POST /manage/members/<member_id>/health             in no no no no no ok ok
POST /manage/members/companies/<company_id>/health  in no no no no no ok ok
GET  /manage/members/<member_id>                    in no no no no no ok ok
POST /manage/members/<member_id>/disabled           in no no no no no ok ok
POST /manage/members/<member_id>/enabled            in no no no no no ok ok
POST /manage/members/<member_id>/erasure            in no no no no no no ok
POST /manage/members/<member_id>/link               in no no no no no ok ok
POST /manage/members/<member_id>/place              in no no no no no ok ok
POST /manage/members/<member_id>/roles              in no no no no no ok ok
GET  /manage/members/<member_id>/points             in no no no no no ok ok
POST /manage/members/<member_id>/points             in no no no no no ok ok
GET  /manage/members/companies                      in no no no no no ok ok
POST /manage/members/companies/<company_id>/owner   in no no no no no ok ok
GET  /manage/members/invite                         in no no no no no ok ok
POST /manage/members/invite                         in no no no no no ok ok
GET  /manage/challenges                             in no no no no no ok ok
GET  /manage/challenges/new                         in no no no no no ok ok
POST /manage/challenges/new                         in no no no no no ok ok
POST /manage/challenges/templates/<name>            in no no no no no ok ok
GET  /manage/challenges/<challenge_id>              in no no no no no ok ok
POST /manage/challenges/<challenge_id>              in no no no no no ok ok
POST /manage/challenges/<challenge_id>/publication  in no no no no no ok ok
POST /manage/challenges/<challenge_id>/draft        in no no no no no ok ok
POST /manage/challenges/<challenge_id>/archive      in no no no no no ok ok
POST /manage/challenges/<challenge_id>/copy         in no no no no no ok ok
POST /manage/challenges/<challenge_id>/certificate  in no no no no no ok ok
GET  /manage/journeys                               in no no no no no ok ok
GET  /manage/journeys/new                           in no no no no no ok ok
POST /manage/journeys/new                           in no no no no no ok ok
GET  /manage/journeys/<journey_id>                  in no no no no no ok ok
POST /manage/journeys/<journey_id>                  in no no no no no ok ok
POST /manage/journeys/<journey_id>/state            in no no no no no ok ok
GET  /manage/challenges/<challenge_id>/preview      in no no no no no ok ok
POST /manage/challenges/<challenge_id>/steps        in no no no no no ok ok
GET  /manage/challenges/<challenge_id>/steps/<step_id> in no no no no no ok ok
POST /manage/challenges/<challenge_id>/steps/<step_id> in no no no no no ok ok
POST /manage/challenges/<challenge_id>/steps/<step_id>/move in no no no no no ok ok
POST /manage/challenges/<challenge_id>/steps/<step_id>/removal in no no no no no ok ok
GET  /manage/asks                                   in no no no no no ok ok
POST /manage/asks/cadence                           in no no no no no ok ok
GET  /manage/asks/new                               in no no no no no ok ok
POST /manage/asks/new                               in no no no no no ok ok
GET  /manage/asks/<rule_id>                         in no no no no no ok ok
POST /manage/asks/<rule_id>/end                     in no no no no no ok ok
GET  /manage/recoveries                             in no no ok ok no ok ok
POST /manage/recoveries/reviews                     in no no ok ok no ok ok
POST /manage/recoveries/<recovery_id>               in no no -- ok no ok ok
GET  /manage/reviews                                in no no no no no ok ok
GET  /manage/reviews/<submission_id>                in no no no no no ok ok
POST /manage/reviews/<submission_id>/decision       in no no no no no ok ok
POST /manage/reviews/<submission_id>/second-look    in no no no no no ok ok
POST /manage/reviews/many                           in no no no no no ok ok
POST /manage/reviews/decisions/<decision_id>/undo   in no no no no no ok ok
GET  /manage/community                              in no no no no no ok ok
GET  /manage/community/hidden                       in no no no no no ok ok
GET  /manage/community/log                          in no no no no no ok ok
GET  /manage/community/words                        in no no no no no ok ok
POST /manage/community/words                        in no no no no no ok ok
POST /manage/community/words/<word_id>/removal      in no no no no no ok ok
POST /manage/community/posts/<post_id>/hiding       in no no no no no ok ok
POST /manage/community/posts/<post_id>/keeping      in no no no no no ok ok
POST /manage/community/posts/<post_id>/showing      in no no no no no ok ok
POST /manage/community/topics/<topic_id>/<verb>     in no no no no no ok ok
GET  /manage/community/announcements/new            in no no no no no ok ok
POST /manage/community/announcements                in no no no no no ok ok
GET  /manage/community/month                        in no no no no no ok ok
POST /manage/community/month/<name>                 in no no no no no ok ok
POST /manage/community/month/<name>/calling-off     in no no no no no ok ok
GET  /manage/segments                               in no no no no no ok ok
GET  /manage/segments/new                           in no no no no no ok ok
POST /manage/segments/new                           in no no no no no ok ok
POST /manage/segments/audience                      in no no no no no ok ok
GET  /manage/segments/tags                          in no no no no no ok ok
POST /manage/segments/tags                          in no no no no no ok ok
POST /manage/segments/tags/removal                  in no no no no no ok ok
GET  /manage/segments/<slug>                        in no no no no no ok ok
POST /manage/segments/<slug>                        in no no no no no ok ok
POST /manage/segments/<slug>/archive                in no no no no no ok ok
POST /manage/segments/<slug>/removal                in no no no no no ok ok
GET  /manage/boards                                 in no no no no no ok ok
GET  /manage/boards/new                             in no no no no no ok ok
POST /manage/boards/new                             in no no no no no ok ok
POST /manage/boards/preview                         in no no no no no ok ok
GET  /manage/boards/<slug>                          in no no no no no ok ok
POST /manage/boards/<slug>                          in no no no no no ok ok
POST /manage/boards/<slug>/publication              in no no no no no ok ok
POST /manage/boards/<slug>/closing                  in no no no no no ok ok
POST /manage/boards/<slug>/removal                  in no no no no no ok ok
GET  /manage/badges                                 in no no no no no ok ok
GET  /manage/badges/new                             in no no no no no ok ok
POST /manage/badges/new                             in no no no no no ok ok
POST /manage/badges/preview                         in no no no no no ok ok
GET  /manage/badges/<slug>                          in no no no no no ok ok
POST /manage/badges/<slug>                          in no no no no no ok ok
GET  /manage/badges/<slug>/publication              in no no no no no ok ok
POST /manage/badges/<slug>/publication              in no no no no no ok ok
POST /manage/badges/<slug>/retirement               in no no no no no ok ok
POST /manage/badges/<slug>/upkeep                   in no no no no no ok ok
POST /manage/badges/<slug>/removal                  in no no no no no ok ok
POST /manage/badges/<slug>/awards                   in no no no no no ok ok
GET  /manage/levels                                 in no no no no no ok ok
POST /manage/levels                                 in no no no no no ok ok
POST /manage/levels/<level_id>                      in no no no no no ok ok
POST /manage/levels/<level_id>/removal              in no no no no no ok ok
GET  /manage/programmes                             in no no no no no ok ok
GET  /manage/programmes/new                         in no no no no no ok ok
POST /manage/programmes/new                         in no no no no no ok ok
POST /manage/programmes/preview                     in no no no no no ok ok
GET  /manage/programmes/<slug>                      in no no no no no ok ok
POST /manage/programmes/<slug>                      in no no no no no ok ok
GET  /manage/programmes/<slug>/file.toml            in no no no no no ok ok
POST /manage/programmes/<slug>/preview              in no no no no no ok ok
POST /manage/programmes/<slug>/state                in no no no no no ok ok
GET  /manage/referrals                              in no no no no no ok ok
GET  /manage/referrals/<number>                     in no no no no no -> ->
POST /manage/referrals/<number>/owner               in no no no no no ok ok
POST /manage/referrals/<number>/stage               in no no no no no ok ok
GET  /manage/connections                            in no no no no no ok ok
GET  /manage/connections/new                        in no no no no no ok ok
POST /manage/connections/new                        in no no no no no ok ok
GET  /manage/connections/<name>                     in no no no no no ok ok
GET  /manage/connections/<name>/push                in no no no no no ok ok
POST /manage/connections/<name>/push                in no no no no no ok ok
POST /manage/connections/<name>/push/again          in no no no no no ok ok
POST /manage/connections/<name>/push/off            in no no no no no ok ok
POST /manage/connections/<name>/retire              in no no no no no ok ok
POST /manage/connections/<name>/rotate              in no no no no no ok ok
POST /manage/connections/<name>/stages              in no no no no no ok ok
POST /manage/connections/<name>/stages/forget       in no no no no no ok ok
GET  /manage/connections/<name>/stages/preview      in no no no no no ok ok
GET  /manage/deliveries                             in no no no no no ok ok
GET  /manage/deliveries/<delivery_id>               in no no no no no ok ok
POST /manage/deliveries/<delivery_id>/link          in no no no no no ok ok
POST /manage/deliveries/replay                      in no no no no no ok ok
POST /manage/deliveries/set-aside                   in no no no no no ok ok

GET  /demo/crm                                      in ok ok ok ok ok ok ok
GET  /demo/crm/deals/<deal_id>                      in -> -> -> -> -> -> ->
POST /demo/crm/deals/<deal_id>/stage                in ok ok ok ok ok ok ok

POST /webhooks/crm/<name>                           401 401 401 401 401 401 401 401
POST /webhooks/crm/<name>/<tail>                    401 401 401 401 401 401 401 401
"""

PERMISSIONS: dict[str, dict[str, str]] = {
    f"{method} {path}": dict(zip(VISITORS, cells, strict=True))
    for method, path, *cells in (line.split() for line in TABLE.splitlines() if line)
}
READS = {name: row for name, row in PERMISSIONS.items() if name.startswith("GET ")}
WRITES = {name: row for name, row in PERMISSIONS.items() if not name.startswith("GET ")}
