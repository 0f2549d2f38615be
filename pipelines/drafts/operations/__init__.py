"""Every write of drafts: changing them (`writing`), what becomes of them (`closing`),
and looking at data meanwhile (`looking`).

Each change is a revision with who and when. Whoever saves says which revision they saw; where
somebody else was faster, both texts are kept and the slower one is told. The audit has an entry for
each entry of that history: several changes of one kind in a row by one person are one.
"""

from pipelines.drafts.operations.closing import (
    bring_back,
    choose_place,
    discard,
    leave,
    register,
    visit,
)
from pipelines.drafts.operations.keeping import Closed, Overtaken
from pipelines.drafts.operations.looking import browse, look, preview, unsaved
from pipelines.drafts.operations.shipping import ship
from pipelines.drafts.operations.writing import begin, edit, go_back, save

__all__ = [
    "Closed",
    "Overtaken",
    "begin",
    "bring_back",
    "browse",
    "choose_place",
    "discard",
    "edit",
    "go_back",
    "leave",
    "look",
    "preview",
    "register",
    "save",
    "ship",
    "unsaved",
    "visit",
]
