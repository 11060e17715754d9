"""Say the same rules in another style: a hand-written list that training never sees.

Many of its words are unknown to the guard. Its figures are the honest limit of a model of this
size; do not mend them by moving sentences into grammar.py.
"""

from .compose import Templates

FREE = Templates(
    carriers=("picture", "upload"),
    rules={
        "ban": [
            "we will not tolerate {s} .",
            "keep {s} out of sight .",
            "leave out every {o} .",
            "{s} have no place here .",
            "take down whatever contains a {o} .",
            "a {o} is a reason to remove the picture .",
        ],
        "allow": [
            "{s} cause no trouble .",
            "feel free to include {s} .",
            "there is nothing wrong with a {o} .",
            "we do not mind {s} .",
            "a {o} can stay .",
            "{s} are welcome .",
        ],
        "except": [
            "a {o} belongs in the {p} and we take it down anywhere else .",
            "apart from the {p} , {s} have no place .",
            "we put up with {s} as long as it is the {p} .",
            "if it is not the {p} , a {o} has to go .",
            "{s} stay in the {p} .",
        ],
        "with": [
            "whenever there is a {o} , a {q} has to be visible too .",
            "a {o} must come with a {q} .",
            "{s} can stay as long as we see a {q} .",
            "a lonely {o} has to go , a {q} makes it good .",
            "where there is no {q} , take down {s} .",
        ],
        "count": [
            "{n} {s} in one picture is where we draw the line .",
            "we put up with {m} {f} , beyond that it has to go .",
            "a crowd of {n} {s} is over the limit .",
            "as soon as {n} {s} are visible , take it down .",
        ],
    },
    rest={
        False: [
            "the remaining things do not bother us .",
            "whatever is left can stay .",
            "we do not mind other things .",
        ],
        True: [
            "whatever is left has to go .",
            "we do not tolerate other things .",
            "the remaining things have no place here .",
        ],
    },
)
