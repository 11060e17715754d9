"""Settings about fetching become what a fetch may reach, or a line that names the wrong one."""

import ipaddress
from pathlib import Path

import pytest

from topics.errors import UsageError
from workers.media.objects import Place
from workers.origins import fetch_limits
from workers.settings import Settings


def test_the_defaults_reach_the_public_internet_and_nothing_else() -> None:
    limits = fetch_limits(Settings())

    assert limits.max_bytes == 4 << 30
    assert limits.internal == limits.objects.prefixes == ()
    assert limits.objects.s3_endpoint == "https://s3.us-east-1.amazonaws.com"
    assert limits.objects.gs_endpoint == "https://storage.googleapis.com"


def test_networks_prefixes_and_credentials_are_taken_over() -> None:
    limits = fetch_limits(
        Settings(
            fetch_internal="10.0.0.0/8, fd00::/8",
            fetch_prefixes="s3://uploads/incoming/, s3://other",
            fetch_s3_region="eu-central-1",
            fetch_s3_key_id="AKID",
            fetch_s3_secret="secret",
            fetch_gs_key_file="/etc/reelguard/gs.json",
        )
    )
    objects = limits.objects

    assert limits.internal == tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "fd00::/8")))
    assert objects.prefixes == (Place("s3", "uploads", ("incoming",)), Place("s3", "other", ()))
    assert objects.s3_endpoint == "https://s3.eu-central-1.amazonaws.com"
    assert (objects.s3_region, objects.s3_key_id) == ("eu-central-1", "AKID")
    assert (objects.s3_secret, objects.gs_key_file) == ("secret", Path("/etc/reelguard/gs.json"))
    assert "secret" not in repr(limits)


@pytest.mark.parametrize(
    ("store", "places", "folders"),
    [
        ("file:///var/lib/reelguard/my%20store", [], ["/var/lib/reelguard/my store"]),
        ("/var/lib/reelguard/store", [], ["/var/lib/reelguard/store"]),
        ("s3://keep/evidence/", ["s3://keep/evidence"], []),
        ("s3a://keep/evidence", ["s3://keep/evidence"], []),  # fsspec's other names
        ("simplecache::gcs://keep", ["gs://keep/"], []),
        ("memory://x", [], []),
    ],
)
def test_the_store_and_the_engine_are_no_uploads(
    store: str, places: list[str], folders: list[str]
) -> None:
    limits = fetch_limits(Settings(store=store, safeguard="/engines/guard"))

    assert [str(place) for place in limits.objects.own] == places
    assert [str(folder) for folder in limits.own_folders] == [*folders, "/engines/guard"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("fetch_internal", "1", "FETCH_INTERNAL: '1' is no network as 10.0.0.0/8"),
        ("fetch_internal", "169.254.0.0/16", "FETCH_INTERNAL: 169.254.0.0/16 is link-local"),
        ("fetch_prefixes", "uploads/incoming", "FETCH_PREFIXES: expected s3://bucket/key"),
        ("fetch_prefixes", "https://b/x", "FETCH_PREFIXES: expected s3://bucket/key"),
        ("fetch_prefixes", "s3://keep/../x", "FETCH_PREFIXES: empty segment, dots"),
        ("fetch_prefixes", "s3://keep//", "FETCH_PREFIXES: empty segment, dots"),
        ("fetch_prefixes", "s3://keep/own/x", "FETCH_PREFIXES names s3://keep/own/x, a store of"),
        ("fetch_s3_endpoint", "minio:9000", "FETCH_S3_ENDPOINT: 'minio:9000' is no address as"),
        ("fetch_s3_endpoint", "http://minio:9000/b", "FETCH_S3_ENDPOINT: 'http://minio:9000/b'"),
        ("fetch_gs_endpoint", "gs://keep", "FETCH_GS_ENDPOINT: 'gs://keep' is no address as"),
        ("fetch_s3_key_id", "AKID", "FETCH_S3_KEY_ID and REELGUARD_FETCH_S3_SECRET belong"),
        ("fetch_s3_secret", "x", "FETCH_S3_KEY_ID and REELGUARD_FETCH_S3_SECRET belong"),
    ],
)
def test_a_bad_value_is_refused_by_its_variable(name: str, value: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        fetch_limits(Settings(store="s3://keep/own", **{name: value}))  # type: ignore[arg-type]
    assert str(refused.value).startswith(f"REELGUARD_{said}")


def test_a_key_that_cannot_sign_is_said_at_the_start(tmp_path: Path) -> None:
    settings = Settings(fetch_prefixes="gs://other", fetch_gs_key_file=f"{tmp_path}/none.json")
    with pytest.raises(UsageError, match="expected for gs a service account's JSON key in"):
        fetch_limits(settings)
