"""Uploads come from public addresses, in whatever spelling; nothing else is reached."""

import ipaddress
import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.workers.media.forbidden import FORBIDDEN, HOSTS, PUBLIC_HOSTS, PUBLIC_NAMES, REDIRECTS
from tests.workers.media.liar import lying, says
from tests.workers.media.listener import Listener, listening
from tests.workers.media.origin import BODY, Origin, serving
from topics.errors import FetchRefused, ServerFailure
from workers.media.address import check_host, judged_socket, look_up
from workers.media.fetch import fetch
from workers.media.fetch_http import fetch_http
from workers.media.limits import FetchLimits
from workers.media.networks import networks
from workers.media.source import Intake

ELSEWHERE = "127.0.0.9"  # where an origin stands that may be reached; the listener may not
LIMITS = FetchLimits(seconds=5, internal=networks(ELSEWHERE))
PUBLIC, LOOPBACK = "93.184.216.34", "127.0.0.1"


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as running:
        yield running


@pytest.fixture
async def server() -> AsyncIterator[tuple[str, Origin]]:
    async with serving(ELSEWHERE) as running:
        yield running


class Names:
    """A name server of ours: the answers to each question, the last one for all later ones."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), list[str]()

    async def look_up(self, host: str) -> list[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


async def fetched(uri: str, names: Names, limits: FetchLimits = LIMITS) -> bytes:
    source = await fetch_http(uri, limits, Intake(1 << 20), lookup=names.look_up)
    with source.file as file:
        return file.read()


def test_the_table_is_long_and_says_nothing_twice() -> None:
    assert len(FORBIDDEN) == len(set(FORBIDDEN)) >= 200


@pytest.mark.parametrize("spelling", FORBIDDEN)
async def test_a_forbidden_address_is_refused_before_a_connection(
    spelling: str, listener: Listener
) -> None:
    with pytest.raises(FetchRefused):
        uri = spelling.replace("{port}", str(listener.port))
        await fetch(uri, root=None, limits=FetchLimits(seconds=5))
    assert listener.connections() == 0


@pytest.mark.parametrize("spelling", REDIRECTS)
async def test_no_redirect_leads_to_a_forbidden_address(spelling: str, listener: Listener) -> None:
    location = spelling.replace("{port}", str(listener.port)).encode(errors="surrogatepass")
    answer = b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n"
    async with lying(says(answer), ELSEWHERE) as liar:
        with pytest.raises(FetchRefused):
            await fetch(f"{liar.uri}/v.mp4", root=None, limits=LIMITS)
        assert liar.connections == 1
    assert listener.connections() == 0


def careless(host: str, port: int) -> bool:
    """Whether a client that trusts the C library reaches the listener by this host."""
    name = host.strip("[]").replace("%25", "%")
    try:  # no name server is asked, so nothing leaves this machine
        found = socket.getaddrinfo(name, port, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)
        address = ipaddress.ip_address(str(found[0][4][0]).partition("%")[0])
        if isinstance(address, ipaddress.IPv6Address):
            address = address.ipv4_mapped or address
        if not (address.is_loopback or address.is_unspecified):
            return False
        socket.create_connection((name, port), timeout=1).close()
    except (OSError, UnicodeError):
        return False
    return True


def test_a_careless_client_would_have_connected(listener: Listener) -> None:
    reached = {host for host in HOSTS if careless(host, listener.port)}
    assert {"127.1", "0x7f000001", "017700000001", "2130706433", "0"} <= reached
    assert {"127。0。0。1", "①②⑦.⓪.⓪.①", "[::ffff:127.0.0.1]"} <= reached
    assert len(reached) >= 40
    assert listener.connections() >= 40


@pytest.mark.parametrize("host", [*PUBLIC_HOSTS, *PUBLIC_NAMES])
def test_public_hosts_are_allowed(host: str) -> None:
    check_host(f"https://{host}:8443/v.mp4?sig=a/b@c:d", ())


@pytest.mark.parametrize(
    "answers",
    [
        [LOOPBACK],
        [PUBLIC, LOOPBACK],  # good and bad are refused together
        [LOOPBACK, PUBLIC],
        [PUBLIC, "2606:2800:220:1::1", "::1"],
        [PUBLIC, "::ffff:127.0.0.1"],
        [PUBLIC, "169.254.169.254"],
        [PUBLIC, "64:ff9b::7f00:1"],
        [PUBLIC, "fe80::1%2"],
        [PUBLIC, "0x7f.1"],  # no address at all
        *([PUBLIC] * n + ["10.0.0.1"] for n in (1, 8, 64)),
    ],
)
async def test_a_name_with_one_bad_answer_is_refused(
    answers: list[str], listener: Listener
) -> None:
    names = Names(answers)
    with pytest.raises(FetchRefused):
        await fetched(f"http://rebind.example:{listener.port}/v.mp4", names, FetchLimits(seconds=5))
    assert (listener.connections(), len(names.asked)) == (0, 1)


async def test_what_was_judged_is_what_is_connected_to(
    listener: Listener, server: tuple[str, Origin]
) -> None:
    names = Names([ELSEWHERE], [LOOPBACK])  # the second answer is for nobody
    uri = server[0].replace(ELSEWHERE, "rebind.example")
    assert await fetched(f"{uri}/video", names) == BODY
    assert server[1].headers["Host"] == uri.removeprefix("http://")
    assert (listener.connections(), names.asked) == (0, ["rebind.example"])


async def test_every_hop_is_looked_up_once_and_judged_again(
    listener: Listener, server: tuple[str, Origin]
) -> None:
    names = Names([ELSEWHERE], [ELSEWHERE], [LOOPBACK])
    uri = server[0].replace(ELSEWHERE, "rebind.example")
    with pytest.raises(FetchRefused, match=r"rebind\.example is 127\.0\.0\.1"):
        await fetched(f"{uri}/loop", names)
    assert (listener.connections(), len(names.asked), server[1].asked) == (0, 3, {"/loop": 2})


async def test_of_several_answers_one_that_works_is_taken(server: tuple[str, Origin]) -> None:
    names = Names(["127.0.0.10", ELSEWHERE])  # nobody listens on the first
    limits = FetchLimits(seconds=5, internal=networks("127.0.0.8/29"))
    uri = server[0].replace(ELSEWHERE, "two.example")
    assert await fetched(f"{uri}/video", names, limits) == BODY


async def test_a_name_without_an_answer_is_worth_another_try() -> None:
    async def unknown(host: str) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(ServerFailure):
        await fetch_http("http://gone.example/v", LIMITS, Intake(1), lookup=unknown)


async def test_a_name_with_no_address_is_worth_another_try() -> None:
    with pytest.raises(ServerFailure):
        await fetched("http://empty.example/v", Names([]))


def test_a_socket_is_made_for_what_may_be_connected_to_alone() -> None:
    make = judged_socket(networks("127.0.0.9"))
    tcp = (socket.AF_INET, socket.SOCK_STREAM, 0, "")
    make((*tcp, (ELSEWHERE, 80))).close()
    with pytest.raises(FetchRefused):
        make((*tcp, (LOOPBACK, 80)))


async def test_the_system_is_asked_for_all_answers() -> None:
    assert LOOPBACK in await look_up("localhost")
