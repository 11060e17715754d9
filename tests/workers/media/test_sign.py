"""Objects are asked for with the credentials for uploads, and with nothing of the process's own."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

import obstore
import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.workers.media.google import Account
from topics.errors import UsageError
from workers.media import sign
from workers.media.objects import Objects, Place, admitted, place
from workers.media.sign import address_of, check_credentials

S3 = Objects(
    prefixes=(place("s3://uploads/in"),),
    s3_endpoint="http://minio.internal:9000",
    s3_region="eu-central-1",
    s3_key_id="OURS",
    s3_secret="wJalrXUtnFEMI",
)
VIDEO = Place("s3", "uploads", ("in", "a clip+ü~%.mp4"))
STUBS = Path(obstore.__file__).parent / "_store"


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    sign._store.cache_clear()
    yield
    sign._store.cache_clear()


def variables(stub: str) -> list[str]:
    """Every variable of the environment that the library says it reads."""
    found = re.findall(r"`((?:AWS|GOOGLE)_[A-Z0-9_]+)`", (STUBS / stub).read_text())
    return sorted(set(found))


def query(uri: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(uri).query).items()}


def undated(uri: str) -> dict[str, str]:
    return {k: v for k, v in query(uri).items() if not k.endswith(("Date", "Signature"))}


def test_the_signature_is_that_of_amazons_own_library() -> None:
    signed = address_of(VIDEO, S3, 30)
    unsigned, _, signature = signed.partition("&X-Amz-Signature=")
    auth = S3SigV4QueryAuth(Credentials("OURS", "wJalrXUtnFEMI"), "s3", "eu-central-1")
    request = AWSRequest("GET", unsigned)
    request.context["timestamp"] = query(signed)["X-Amz-Date"]
    text = auth.string_to_sign(request, auth.canonical_request(request))
    assert signature == auth.signature(text, request)


def test_an_address_is_signed_for_a_minute_and_for_its_path_alone() -> None:
    signed = address_of(VIDEO, S3, 5)
    path = signed.partition("?")[0]
    assert path == "http://minio.internal:9000/uploads/in/a%20clip%2B%C3%BC~%25.mp4"
    assert query(signed)["X-Amz-Expires"] == "60"
    assert query(signed)["X-Amz-SignedHeaders"] == "host"
    assert query(address_of(VIDEO, S3, 300))["X-Amz-Expires"] == "300"


def test_every_key_that_is_admitted_is_the_key_that_is_asked_for() -> None:
    letters = [chr(code) for code in range(1, 0x3000) if chr(code).isprintable()]
    for letter in letters:
        if letter in "/\\":  # admitted nowhere
            continue
        wanted = admitted(f"s3://uploads/in/{quote(letter + '.mp4')}", S3)
        path = urlsplit(address_of(wanted, S3, 30)).path
        assert unquote(path) == f"/uploads/in/{letter}.mp4"
    assert len(letters) > 9000


HOSTILE = ["true", "LEAKED", "http://169.254.169.254"]


@pytest.mark.parametrize("variable", variables("_aws.pyi"))
@pytest.mark.parametrize("value", HOSTILE)
def test_no_variable_of_amazons_changes_a_request(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = address_of(VIDEO, S3, 30)
    sign._store.cache_clear()
    monkeypatch.setenv(variable, value)
    after = address_of(VIDEO, S3, 30)
    assert after.partition("?")[0] == before.partition("?")[0]
    assert undated(after) == undated(before)


def test_the_process_has_all_of_amazons_variables_and_none_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable in variables("_aws.pyi"):
        monkeypatch.setenv(variable, "LEAKED")
    signed = address_of(VIDEO, S3, 30)
    assert "LEAKED" not in signed
    assert query(signed)["X-Amz-Credential"].startswith("OURS/")


def test_without_a_key_nothing_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "LEAKED")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "LEAKED")
    public = Objects(s3_endpoint="https://s3.eu-central-1.amazonaws.com")
    path = "/uploads/in/a%20clip%2B%C3%BC~%25.mp4"
    assert address_of(VIDEO, public, 30) == f"{public.s3_endpoint}{path}"
    video = Place("gs", "uploads", VIDEO.segments)
    assert address_of(video, public, 30) == f"https://storage.googleapis.com{path}"


@pytest.mark.parametrize("variable", variables("_gcs.pyi"))
def test_no_variable_of_googles_is_used(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = Account(tmp_path / "ours.json"), Account(tmp_path / "theirs.json")
    objects = Objects(gs_key_file=ours.file, gs_endpoint="http://gs.internal")
    is_key = variable.endswith("_KEY")
    value = theirs.file.read_text() if is_key else str(theirs.file)
    monkeypatch.setenv(variable, value)
    video = Place("gs", "uploads", ("v.mp4",))
    if is_key:  # the library cannot tell which one is meant, so nothing is signed
        with pytest.raises(UsageError, match="GOOGLE_SERVICE_ACCOUNT_KEY"):
            address_of(video, objects, 30)
        return
    assert ours.signed(address_of(video, objects, 30))


@pytest.mark.parametrize("text", ["", "{}", "no json", '{"private_key": "x"}'])
def test_a_key_that_is_none_is_said_without_its_text(text: str, tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text(text)
    objects = Objects(prefixes=(place("gs://uploads"),), gs_key_file=tmp_path / "key.json")
    with pytest.raises(UsageError, match="no credentials for gs://uploads") as raised:
        check_credentials(objects)
    assert "private_key" not in str(raised.value)


def test_credentials_that_sign_are_fine(tmp_path: Path) -> None:
    objects = Objects(
        prefixes=(*S3.prefixes, place("gs://uploads")),
        s3_key_id="OURS",
        s3_secret="x",
        gs_key_file=Account(tmp_path / "key.json").file,
    )
    check_credentials(objects)
