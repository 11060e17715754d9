"""What sentences are filled with, and the slots that every list of parts uses.

A dozen fixed sentences a kind are memorised; thousands composed from parts are understood. Slots:
{s} plural, {o} singular, {p} place, {q} the other object, {n} the number, {m} {f} one fewer,
{c} what is judged (a picture; {c}s: pictures), {x} a number of objects. compose.py puts the parts
together.
"""

NEVER = (
    "",
    " anywhere",
    " in any place",
    " , no exceptions",
    " , without exception",
    " , in any place",
    " , wherever it is",
    " , no matter where",
    " , with or without others",
    " , full stop",
    " , always",
    " , and that is final",
    " , now and always",
)
ALWAYS = (
    "",
    " anywhere",
    " in every place",
    " always",
    " without limits",
    " without exception",
    " without conditions",
    " at all times",
    " in all cases",
    " , wherever it is",
    " , no matter where",
    " , with or without others",
    " , full stop",
)
NOT_EVER = ("", " anywhere", " in any place")  # behind a negated clause that allows
NEVER_HELD_OUT = (" at any moment", " , whatever happens", " regardless")
ALWAYS_HELD_OUT = (" at any moment", " , whatever happens", " regardless")
CARRIERS = (
    "picture",
    "image",
    "video",
    "photo",
    "frame",
    "scene",
    "clip",
    "film",
    "photograph",
    "shot",
    "post",
    "movie",
    "thumbnail",
    "file",
    "sequence",
    "submission",
)
CARRIERS_HELD_OUT = (
    "snapshot",
    "upload",
    "recording",
    "still",
    "screenshot",
    "capture",
    "reel",
    "portrait",
)
NEUTRAL = (
    "this is our policy .",
    "read this with care .",
    "these rules hold for every {c} .",
    "we want a good place for all .",
    "thank you for helping us .",
    "look at the whole {c} .",
    "here is what we ask of you .",
    "take your time with every {c} .",
    "our community has people of all ages .",
    "the following rules hold for all users .",
    "be fair to those who post .",
    "this page says how we moderate .",
    "a moderator will look at each {c} .",
    "we thank all who help .",
    "these are the house rules .",
    "judge the {c} and not the person .",
    "the rules were written by our team .",
    "if in doubt , look again .",
    "we review this policy every year .",
    "small things matter , so look closely .",
)
EASY = {
    "ban": ("no {s} .", "a {o} is banned ."),
    "allow": ("{s} are allowed .", "a {o} is fine ."),
    "except": ("no {s} except in the {p} .", "{s} are allowed only in the {p} ."),
    "with": ("no {s} without a {q} .", "a {o} is banned unless there is a {q} ."),
    "count": ("{n} or more {s} are banned .", "only at most {m} {f} are allowed ."),
}
