"""Name everything the small world knows: twelve objects, four places, five picture shapes.

The world exists because real moderation sets cannot be shipped: a guard of 1.7 M parameters can
learn it on one processor core, and every label in it is known by construction.
"""

OBJECTS = (
    "gun",
    "knife",
    "syringe",
    "bottle",
    "cigarette",
    "cross",
    "flag",
    "pill",
    "flame",
    "skull",
    "child",
    "adult",
)
PLURALS = {name: name + "s" for name in OBJECTS} | {
    "knife": "knives",
    "cross": "crosses",
    "child": "children",
}
PLACES = ("museum", "street", "kitchen", "beach")
SIDE = 96  # px, the guard's square picture
ASPECTS = ((1, 1), (4, 3), (16, 9), (3, 4), (9, 16))  # width : height
