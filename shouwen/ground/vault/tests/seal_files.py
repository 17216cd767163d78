"""Seals for tests: keys and certificates that are made there, and none that is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

OWNER, PHRASE = "示例银行股份有限公司", "开门-7Lr"
YEAR = timedelta(days=365)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@lru_cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """Give an RSA key, the same for every test."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def a_certificate(
    key: Key, begins_at: datetime, ends_at: datetime, *, signs: bool = True
) -> x509.Certificate:
    """Give a certificate that names the bank and vouches for itself."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, OWNER)])
    usage = x509.KeyUsage(signs, signs, False, False, not signs, False, False, False, False)
    made = x509.CertificateBuilder(subject_name=name, issuer_name=name)
    made = made.public_key(key.public_key()).serial_number(7)
    made = made.not_valid_before(begins_at).not_valid_after(ends_at)
    return made.add_extension(usage, critical=True).sign(key, hashes.SHA256())


def lay(folder: Path, code: str, archive: bytes, phrase: str = PHRASE) -> None:
    """Put a seal's two files in place, for this account alone."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, data in ((f"{code}.p12", archive), (f"{code}.pass", f"{phrase}\n".encode())):
        (folder / name).write_bytes(data)
        (folder / name).chmod(0o600)


def a_seal(
    folder: Path,
    code: str,
    at: datetime,
    *,
    lasts: timedelta = YEAR,
    key: Key | None = None,
    signs: bool = True,
) -> x509.Certificate:
    """Lay a seal that counts from a day before `at`; give its certificate."""
    own = key or rsa_key()
    certificate = a_certificate(own, at - timedelta(days=1), at + lasts, signs=signs)
    closed = BestAvailableEncryption(PHRASE.encode())
    archive = pkcs12.serialize_key_and_certificates(b"seal", own, certificate, None, closed)
    lay(folder, code, archive)
    return certificate
