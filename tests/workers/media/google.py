"""A service account of Google's, made on the spot, and what its storage would check of a request.

The library signs for the host storage.googleapis.com, wherever the request goes.
Source: "Signatures" (V4) of Google Cloud Storage's documentation.
"""

import hashlib
import json
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


class Account:
    def __init__(self, file: Path) -> None:
        self.file = file
        self.email = f"{file.stem}@example.iam.gserviceaccount.com"
        key = rsa.generate_private_key(65537, 2048)
        self._public = key.public_key()
        text = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        known = {"client_email": self.email, "private_key": text, "private_key_id": "1"}
        file.write_text(json.dumps({"type": "service_account", **known}))

    def signed(self, uri: str) -> bool:
        """Whether this account signed a GET of this address."""
        parts = urlsplit(uri)
        query, _, signature = parts.query.partition("&X-Goog-Signature=")
        values = dict(pair.split("=", 1) for pair in query.split("&"))
        if not values["X-Goog-Credential"].startswith(self.email.replace("@", "%40")):
            return False
        headers = "host:storage.googleapis.com\n\nhost"
        canonical = f"GET\n{parts.path}\n{query}\n{headers}\nUNSIGNED-PAYLOAD"
        text = "\n".join(
            (
                "GOOG4-RSA-SHA256",
                values["X-Goog-Date"],
                values["X-Goog-Credential"].partition("%2F")[2].replace("%2F", "/"),
                hashlib.sha256(canonical.encode()).hexdigest(),
            )
        )
        try:
            self._public.verify(
                bytes.fromhex(signature), text.encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except InvalidSignature:
            return False
        return True
