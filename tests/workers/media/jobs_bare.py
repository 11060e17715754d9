from workers.media.jobs import answer
from workers.media import child
child.confine = lambda *a: None
