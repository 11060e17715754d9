"""The parts beside clauses that policy sentences are composed of: conditions, idioms, filler.

A dozen fixed sentences a kind are memorised; thousands composed from parts are understood. Slots:
{s} plural, {o} singular, {p} place, {q} the other object, {n} the number, {m} {f} one fewer,
{c} what is judged (a picture), {x} a number of objects. compose.py puts them together.
"""

MANY = (
    "{n} or more {s}",
    "more than {m} {f}",
    "{n} {s} or more",
    "{n} {s} and more",
    "at least {n} {s}",
)
FEW = ("at most {m} {f}", "no more than {m} {f}", "up to {m} {f}", "fewer than {n} {s}")

NEVER = (
    "",
    " anywhere",
    " in any place",
    " in every place",
    " ever",
    " in a {c}",
    " , no exceptions",
)
ALWAYS = ("", " anywhere", " in every place", " always", " in a {c}", " without limits")
OUTSIDE = (
    " except in the {p}",
    " unless in the {p}",
    " outside the {p}",
    " unless it is in the {p}",
    " unless the place is the {p}",
    " elsewhere than in the {p}",
    " when the place is not the {p}",
    " if not in the {p}",
    " but in the {p} it is fine",
    " anywhere but in the {p}",
)
INSIDE = (
    " only in the {p}",
    " in the {p} only",
    " only when the place is the {p}",
    " in the {p} and nowhere else",
    " in the {p} and banned elsewhere",
    " in the {p} but not elsewhere",
    " as long as it is in the {p}",
)
WITHOUT = (
    " unless there is a {q}",
    " without a {q}",
    " when no {q} is present",
    " if no {q} is present",
    " unless a {q} is present",
    " except with a {q}",
    " except next to a {q}",
    " unless together with a {q}",
    " if there is no {q}",
    " unless a {q} is shown too",
)
TOGETHER = (
    " only with a {q}",
    " only when a {q} is present",
    " only if there is a {q}",
    " only together with a {q}",
    " only next to a {q}",
    " as long as there is a {q}",
    " if there is a {q} and banned without",
)
HERE = (" in the {p}", " when the place is the {p}", " if it is in the {p}")
IDIOMS: dict[str, tuple[str, ...]] = {
    "ban": ("{s} : never", "zero {s}", "{s} are out"),
    "allow": ("{s} : always okay", "{s} are in", "no rule against {s}"),
    "except": (
        "only the {p} may show {s}",
        "{s} belong in the {p} and are banned elsewhere",
        "{s} : {p} only",
        "outside the {p} a {o} is a violation",
    ),
    "with": (
        "{s} need a {q}",
        "any {o} needs a {q}",
        "{s} need a {q} in the same {c}",
        "a {o} alone is banned , with a {q} it is fine",
        "{s} are fine when a {q} is present and banned without",
        "only a {c} with a {q} may show {s}",
        "a {o} must have a {q} next to it",
        "{s} require a {q}",
    ),
    "count": (
        "{s} are forbidden from {n} on",
        "{s} are banned when there are {n} or more",
        "{n} {s} are one too many",
        "the limit is {m} {f}",
    ),
    "where": (),
}

REST = (
    "anything else",
    "everything else",
    "any other thing",
    "the rest",
    "any other object",
    "all the rest",
    "what is not named",
    "every other object",
    "whatever else there is",
)
REST_VERBS = {
    False: (
        "is allowed",
        "is fine",
        "is safe",
        "is always allowed",
        "may be shown",
        "is okay",
        "is acceptable",
        "can appear",
        "is no problem",
    ),
    True: (
        "is banned",
        "is forbidden",
        "is not allowed",
        "is unsafe",
        "must not appear",
        "is prohibited",
        "violates the policy",
        "must be removed",
    ),
}
REST_ORDERS = {
    False: ("accept", "you may show", "it is fine to show", "allow", "we keep"),
    True: ("reject", "do not show", "never show", "it is not allowed to show", "remove", "block"),
}
CARRIERS = ("picture", "image", "video", "photo", "frame", "scene", "clip", "film")
CARRIERS_HELD_OUT = ("snapshot", "upload", "recording", "still")
NEVER_HELD_OUT = (" at any time", " under any circumstances", " whatsoever")
ALWAYS_HELD_OUT = (" at any time", " under all circumstances", " whatever happens")
NEUTRAL = (
    "this is our policy .",
    "read this with care .",
    "these rules hold for every {c} .",
    "we want a good place for all .",
    "thank you for helping us .",
    "look at the whole {c} .",
)
EASY = {
    "ban": ("no {s} .", "a {o} is banned ."),
    "allow": ("{s} are allowed .", "a {o} is fine ."),
    "except": ("no {s} except in the {p} .", "{s} are allowed only in the {p} ."),
    "with": ("no {s} without a {q} .", "a {o} is banned unless there is a {q} ."),
    "count": ("{n} or more {s} are banned .", "only at most {m} {f} are allowed ."),
}
