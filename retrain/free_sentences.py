"""Say the same rules freely: 120 sentences by an author who has seen no sentence of the grammar.

He was told the kinds of rule, the objects and the places, and asked to write as different people
would. Training never sees the list. Its figures are the honest limit of a model of this size; do
not mend them by moving sentences into grammar.py.
"""

from .compose import Templates

FREE = Templates(
    carriers=("picture",),
    rules={
        "ban": [
            "Reject every picture in which any {o} can be seen, no matter where it is set.",
            "Under no circumstances may the drawing contain any {o}.",
            "no {s}. ever. anywhere.",
            "We've had enough complaints about {s}, so please just take down whatever shows one.",
            "Depictions of {s} are strictly prohibited on this platform, irrespective of "
            "location or context.",
            "Is it OK to post {s}? No, not in any setting.",
            "{o} - not permitted",
            "If you spot even one {o}, block the image.",
            "It shall be a violation of these terms to submit an illustration which, "
            "whether wholly or in part, portrays any {o}.",
            "Images must be free of {s}, whichever place they show.",
            "Our younger users are sensitive, which is why {s} have no place in anything "
            "that gets uploaded here, indoors or out.",
            "Zero tolerance for {s}: a single one is enough for removal.",
            "Any image found to include at least one {o} will be refused without exception.",
            "Don't let {s} through, and don't make exceptions for particular places.",
            "* {s}: BLOCK ALWAYS",
            "There is no situation in which we would accept seeing any {o} in a picture.",
            "Honestly, I never want to see any {o} on this site, full stop.",
            "Moderators are instructed to remove, regardless of the scene and of "
            "whatever else is drawn, all content featuring {s}.",
            "The presence of any {o} makes a picture unacceptable.",
            "Q: What about {s}? A: Always a violation.",
        ],
        "allow": [
            "Pictures may include {s}; nobody should be flagged for that.",
            "{s} = fine",
            "Feel free to draw as many {s} as you like, in any place.",
            "For the avoidance of doubt, the depiction of any {o} is expressly "
            "authorised under this policy.",
            "Are {s} okay? Yes, always.",
            "We have no problem at all with {s}.",
            "Do not remove an image because {s} appear in it; they are on our permitted list.",
            "Even though we are strict about other things, {s} are welcome wherever they turn up.",
            "An exemption is hereby granted to {s}, which users are entitled to show in "
            "every setting.",
            "Leave {s} alone, they don't break any rule.",
            "- {o}: permitted, no conditions",
            "Showing any {o} is not a violation.",
            "Seeing {s} in a picture is perfectly all right with us.",
            "Among the things that an artist is allowed to put into a scene, whether at "
            "home or outdoors, are {s}.",
            "Q. May I upload a drawing with {s} in it? A. You may, without restriction.",
            "Please let {s} pass.",
            "Whatever the location, {s} shall be deemed acceptable content.",
            "Nothing in this policy is to be read as forbidding {s}; these may appear freely.",
            "OK to show: {s}.",
            "No objections to any {o}, here, there or anywhere.",
        ],
        "except": [
            "Outside the {p}, pictures must not show any {o}.",
            "{s}: {p} only",
            "The only place where we put up with {s} is the {p}.",
            "Any {o} is to be rejected unless the place shown is the {p}.",
            "Save where the depicted location is the {p}, the portrayal of {s} is prohibited.",
            "Can I post {s}? Only in {p} scenes; everywhere else they get removed.",
            "We don't allow {s}, but we make one exception: pictures of the {p}.",
            "Look at the location first. If it's the {p}, {s} can stay, and if it's "
            "anywhere else, they have to go.",
            "Block {s} in every location apart from the {p}.",
            "No {o} may be shown in any place that is not the {p}.",
            "Because {s} make sense when the scene is the {p} and not otherwise, we "
            "accept them there and refuse them in all other surroundings.",
            "Unless the scene is the {p}, seeing even a single {o} means the image comes down.",
            "- {o} -> NOT allowed (exception: {p})",
            "Users are not permitted to depict any {o} other than against the background "
            "of the {p}, where doing so is acceptable.",
            "With the sole exception of {p} pictures, all images featuring {s} are banned.",
            "A drawing that has any {o} in it is fine if it shows the {p}, but breaks "
            "the rules if it shows some other place.",
            "Hey team, {s} are off limits these days, except when the picture is of the "
            "{p}, then just let it go.",
            "Anywhere but the {p}, {s} are forbidden.",
            "Q: Where are {s} tolerated? A: Wherever the picture shows the {p}, and nowhere else.",
            "{p} scenes are exempt from our ban on {s}; all other scenes are not.",
        ],
        "with": [
            "Any {o} must be accompanied by at least one {q}; otherwise the picture is rejected.",
            "No {o} without at least one {q} in the same picture.",
            "We only accept {s} when there's also at least one {q} to be seen.",
            "Remove images that show any {o} but no {q}.",
            "{s}: only together with at least one {q}",
            "The depiction of {s} is prohibited, save in images which also depict at "
            "least one {q}.",
            "Is the {o} on its own, with no {q} anywhere in the image? Then block it. If "
            "there is at least one {q} too, leave it up.",
            "If someone draws {s}, they need to draw at least one {q} as well, or else "
            "we take it down.",
            "Unless the picture also contains at least one {q}, {s} are not allowed in it.",
            "Q: When may {s} be shown? A: Only if the same picture has at least one {q}.",
            "It's a missing companion that makes {s} a problem: with no {q} in the "
            "picture they're forbidden, with at least one {q} they're fine.",
            "- {o} present + {q} absent = violation; {o} present + {q} present = no violation",
            "Any {o} appearing in a scene from which every {q} is absent shall "
            "constitute a breach, whereas the same scene with at least one {q} in it "
            "shall not.",
            "Please don't pass {s} through unless you can find at least one {q} "
            "somewhere in the drawing too.",
            "Permission to show {s} depends on one thing, namely that the same image "
            "shows at least one {q}.",
            "Pictures featuring {s} are turned down whenever they lack any {q}.",
            "Honestly {s} are a no from me, but if there's at least one {q} in there "
            "with them I'll let it slide.",
            "We ask that {s} never be displayed without also displaying at least one "
            "{q}, no matter which place the artist has chosen.",
            "{o} w/o {q}: reject.",
            "The presence of at least one {q} is a precondition for showing any {o}.",
        ],
        "count": [
            "Reject any picture containing {n} or more {s}.",
            "The number of {s} in an image must not exceed {m}.",
            "{s}: max {m} per picture",
            "As soon as you can count {n} {s}, the image has to be taken down; below "
            "that number it's fine.",
            "Should the quantity of {s} depicted be equal to or greater than {n}, the "
            "image shall be refused; any smaller quantity is permissible.",
            "How many {s} can I draw? At most {m}.",
            "A picture should always have fewer than {n} {s}.",
            "We can live with {m}, but once there are {n} {s} in the drawing, block it.",
            "- {o} count >= {n}: violation",
            "At least {n} {s} in one picture? That's over the line. Fewer is OK.",
            "Nobody minds seeing the occasional {o}, but scenes with {n} {s} or more are "
            "forbidden wherever they take place.",
            "The upper limit for {s}, which applies in every location, is set at {m} per image.",
            "Please keep the number of {s} under {n}.",
            "It is not permitted to show {s} in quantities of {n} or larger within the "
            "same picture, though a smaller number of them is acceptable.",
            "Q: When do {s} become a problem? A: When there are {n} of them in the "
            "picture, or more.",
            "I'd rather not see {n} {s} in one image, and certainly not more than that, "
            "so remove those and leave pictures with fewer alone.",
            "Images are acceptable so long as the total of {s} shown stays at {m} or below.",
            "Do not approve {n}+ {s}.",
            "Only when {s} number {n} or above does a drawing break this rule.",
            "Limit of {m} on {s}; anything beyond that gets the picture removed.",
        ],
    },
    rest={
        False: [
            "Everything not mentioned here is fine.",
            "All other objects may be shown freely.",
            "Apart from these rules, anything goes.",
            "Objects that this policy does not name shall be regarded as permitted.",
            "And the rest? No restrictions.",
            "Don't block a picture for any other reason.",
            "anything else: OK",
            "If we haven't listed something, people are welcome to draw it.",
            "No further objects are prohibited.",
            "Other than what has been set out here, we see no grounds for removing "
            "content, so let it through.",
        ],
        True: [
            "Everything not mentioned here is forbidden.",
            "No other objects may be shown.",
            "Whatever we haven't listed must not appear in the picture.",
            "Objects that this policy does not name shall be regarded as prohibited.",
            "And the rest? All off limits.",
            "If an object isn't covered by these rules, block the picture.",
            "anything else: REJECT",
            "Beyond the objects dealt with in this policy, nothing will be accepted.",
            "Any object that has no rule of its own in this policy is a violation.",
            "By default we say no, so if something isn't named here, people can't draw it.",
        ],
    },
)
