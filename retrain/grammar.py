"""Compose sentence templates for every kind of rule: a clause, and where needed a condition.

A dozen fixed sentences a kind are memorised; hundreds composed from parts are understood. Slots:
{s} plural, {o} singular, {p} place, {q} the other object, {n} the number, {m} {f} one fewer.
"""

AGAINST = (
    "no {s}",
    "never show a {o}",
    "never show {s}",
    "do not show {s}",
    "do not show any {o}",
    "do not show a {o}",
    "reject {s}",
    "reject a {o}",
    "reject any {o}",
    "reject a picture with {s}",
    "{s} are banned",
    "a {o} is banned",
    "any {o} is banned",
    "{s} are forbidden",
    "a {o} is forbidden",
    "any {o} is forbidden",
    "{s} are prohibited",
    "a {o} is prohibited",
    "{s} are not allowed",
    "a {o} is not allowed",
    "any {o} is not allowed",
    "{s} are not permitted",
    "a {o} is not permitted",
    "{s} must not appear",
    "a {o} must not appear",
    "{s} must not be shown",
    "{s} may not appear",
    "no {o} may appear",
    "no {o} is allowed",
    "showing {s} is not allowed",
    "showing a {o} is forbidden",
    "it is not allowed to show {s}",
    "it is forbidden to show a {o}",
    "an image with a {o} is unsafe",
    "a picture with {s} is unsafe",
    "a video with {s} is unsafe",
    "a picture with a {o} must be rejected",
    "{s} are unsafe",
    "a {o} is unsafe",
    "you may not show {s}",
    "you must not show a {o}",
    "no image may show {s}",
)
FOR = (
    "{s} are allowed",
    "a {o} is allowed",
    "any {o} is allowed",
    "{s} are permitted",
    "a {o} is permitted",
    "{s} are fine",
    "a {o} is fine",
    "{s} are okay",
    "a {o} is okay",
    "{s} are safe",
    "a {o} is safe",
    "any {o} is safe",
    "{s} may appear",
    "a {o} may appear",
    "you may show {s}",
    "you may show a {o}",
    "it is fine to show a {o}",
    "it is fine to show any {o}",
    "showing {s} is allowed",
    "showing a {o} is fine",
    "accept {s}",
    "accept a {o}",
    "accept any {o}",
    "a picture with {s} is safe",
    "an image with a {o} is safe",
    "a video with {s} is fine",
    "an image with {s} may be shown",
    "{s} may be shown",
)
AGAINST_MANY = (
    "no {x}",
    "never show {x}",
    "do not show {x}",
    "reject {x}",
    "{x} are banned",
    "{x} are forbidden",
    "{x} are prohibited",
    "{x} are not allowed",
    "{x} must not appear",
    "showing {x} is not allowed",
    "an image with {x} is unsafe",
    "a picture with {x} must be rejected",
    "{x} are too many",
    "if there are {x} , the image is unsafe",
    "when there are {x} , reject",
    "it is not allowed to show {x}",
    "{x} are unsafe",
)
FOR_FEW = (
    "accept {x} only",
    "only {x} are allowed",
    "{x} may be shown , not more",
    "show {x}",
    "you may show {x}",
    "{x} are fine , more is banned",
    "{x} , not more",
    "there may be {x}",
)
MANY = ("{n} or more {s}", "{n} {s} or more", "more than {m} {f}", "{n} {s} and more")
FEW = ("at most {m} {f}", "up to {m} {f}", "fewer than {n} {s}", "no more than {m} {f}")

NEVER = ("", " anywhere", " in any place", " in every place", " ever")
ALWAYS = ("", " anywhere", " in every place", " always")
OUTSIDE = (
    " except in the {p}",
    " unless in the {p}",
    " outside the {p}",
    " unless it is in the {p}",
    " unless the place is the {p}",
    " elsewhere than in the {p}",
    " when the place is not the {p}",
    " if not in the {p}",
)
INSIDE = (
    " only in the {p}",
    " in the {p} only",
    " only when the place is the {p}",
    " in the {p} and nowhere else",
    " in the {p} and banned elsewhere",
)
WITHOUT = (
    " without a {q}",
    " unless there is a {q}",
    " when no {q} is present",
    " if no {q} is present",
    " unless a {q} is present",
    " except with a {q}",
    " except next to a {q}",
    " unless together with a {q}",
)
TOGETHER = (
    " only with a {q}",
    " only when a {q} is present",
    " only if there is a {q}",
    " only together with a {q}",
    " only next to a {q}",
)
IDIOMS: dict[str, tuple[str, ...]] = {
    "ban": (),
    "allow": (),
    "except": ("only the {p} may show {s}", "a {o} is safe in the {p} and banned elsewhere"),
    "with": (
        "{s} need a {q}",
        "any {o} needs a {q}",
        "{s} need a {q} in the same image",
        "a {o} alone is banned , with a {q} it is fine",
        "{s} are fine when a {q} is present and banned without",
        "only an image with a {q} may show {s}",
    ),
    "count": ("{s} are forbidden from {n} on", "{s} are banned when there are {n} or more"),
}

REST = (
    "anything else",
    "everything else",
    "all other objects",
    "the rest",
    "any other object",
    "all the rest",
    "what is not named",
)
REST_VERBS = {
    False: ("is allowed", "is fine", "is safe", "is always allowed", "may be shown", "is okay"),
    True: ("is banned", "is forbidden", "is not allowed", "is unsafe", "must not appear"),
}
REST_ORDERS = {
    False: ("accept", "you may show", "it is fine to show"),
    True: ("reject", "do not show", "never show", "it is not allowed to show"),
}
EASY = {
    "ban": ("no {s} .", "a {o} is banned ."),
    "allow": ("{s} are allowed .", "a {o} is fine ."),
    "except": ("no {s} except in the {p} .", "{s} are allowed only in the {p} ."),
    "with": ("no {s} without a {q} .", "a {o} is banned unless there is a {q} ."),
    "count": ("{n} or more {s} are banned .", "no more than {m} {f} ."),
}


def templates(kind: str) -> list[str]:
    """All sentences for one kind of rule, easy ones among them."""
    composed = {
        "ban": [a + b for a in AGAINST for b in NEVER],
        "allow": [a + b for a in FOR for b in ALWAYS],
        "except": _conditional(OUTSIDE, INSIDE),
        "with": _conditional(WITHOUT, TOGETHER),
        "count": [a.replace("{x}", b) for a in AGAINST_MANY for b in MANY]
        + [a.replace("{x}", b) for a in FOR_FEW for b in FEW],
    }[kind]
    return list(dict.fromkeys(f"{text} ." for text in (*composed, *IDIOMS[kind])))


def rest_templates(banned: bool) -> list[str]:
    """All sentences for the objects that no rule names."""
    said = [f"{rest} {verb} ." for rest in REST for verb in REST_VERBS[banned]]
    return said + [f"{order} {rest} ." for order in REST_ORDERS[banned] for rest in REST]


def _conditional(negative: tuple[str, ...], positive: tuple[str, ...]) -> list[str]:
    """The condition behind the clause, or before it with a comma."""
    after = [clause + condition for clause in AGAINST for condition in negative]
    before = [f"{condition.strip()} , {clause}" for clause in AGAINST for condition in negative]
    return after + before + [clause + condition for clause in FOR for condition in positive]
