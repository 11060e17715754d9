"""Everything that a child can be asked, everything that it can answer, and how both are written.

An answer is hostile input: it is read with `answer_decoder`, which holds every number to its
bound, and then held against the request's own limits by ask.py.
"""

import msgspec

from .answers import (
    Excerpt,
    Excerpted,
    Heard,
    Listen,
    Refusal,
    Resample,
    Resampled,
    Sample,
    Sampled,
    Show,
    Shown,
)
from .prepared import Prepare, Prepared
from .vouched import Vouch, Vouched

Request = Sample | Resample | Show | Listen | Excerpt | Vouch | Prepare
Answer = Sampled | Resampled | Shown | Heard | Excerpted | Vouched | Prepared | Refusal

encode = msgspec.json.Encoder().encode
request_decoder: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
answer_decoder: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)
