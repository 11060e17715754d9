"""Files signed by C2PA's own library, under an authority that exists for the length of a test."""

import io
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import c2pa
import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image

from tests.workers.media import clips

TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
GENERATED, CAPTURED = "trainedAlgorithmicMedia", "digitalCapture"
MIMES = {".mp4": "video/mp4", ".mov": "video/quicktime", ".avi": "video/avi", ".jpg": "image/jpeg"}
_PEM = serialization.Encoding.PEM
_SIGN, _ISSUE = ({"digital_signature"}, {"key_cert_sign", "crl_sign"})
_USES = (
    "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
    "key_cert_sign crl_sign encipher_only decipher_only"
).split()


def video(path: Path, source_type: str = GENERATED) -> Path:
    """A signed video; the name says in what container."""
    clips.video(path, codec="mjpeg" if path.suffix == ".avi" else "libx264")
    return sign(path, source_type)


def picture(path: Path) -> Path:
    """A signed still."""
    Image.fromarray(noise(5, 64, 48)).save(path)
    return sign(path, CAPTURED)


def noise(seed: int, width: int, height: int) -> clips.Pixels:
    """A picture that no codec makes small."""
    return np.random.default_rng(seed).integers(0, 255, (height, width, 3), np.uint8)


def sign(path: Path, source_type: str) -> Path:
    """Put a manifest into the file."""
    _, chain, key = authority()
    info = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=chain, private_key=key, ta_url=None)
    action = {"action": "c2pa.created", "digitalSourceType": TYPES + source_type}
    claim = {
        "claim_generator_info": [{"name": "Test Maker", "version": "1.5"}],
        "format": MIMES[path.suffix],
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [action]}}],
    }
    signed = io.BytesIO()
    c2pa.Builder(claim).sign(
        c2pa.Signer.from_info(info), MIMES[path.suffix], io.BytesIO(path.read_bytes()), signed
    )
    path.write_bytes(signed.getvalue())
    return path


@cache
def authority() -> tuple[str, bytes, bytes]:
    """PEM of the root, of the signer's chain and of the signer's key."""
    root, signer = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    top = _certificate("Test Root", root, root, _ISSUE)
    below = _certificate("Test Signer", signer, root, _SIGN)
    key = signer.private_bytes(
        _PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem = top.public_bytes(_PEM)
    return pem.decode(), below.public_bytes(_PEM) + pem, key


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, uses: set[str]
) -> x509.Certificate:
    now, issues = datetime.now(UTC), uses is _ISSUE
    builder = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named("Test Root"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(issues, None), critical=True)
        .add_extension(x509.KeyUsage(**{use: use in uses for use in _USES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), False)
    )
    if not issues:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(usage, critical=False)
    return builder.sign(by, hashes.SHA256())


def _named(name: str) -> x509.Name:
    company = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test Pictures Ltd")
    return x509.Name([company, x509.NameAttribute(NameOID.COMMON_NAME, name)])
