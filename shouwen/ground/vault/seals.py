"""An institution's electronic seal: what is issued as PDF is signed with its certificate.

The folder `SHOUWEN_SEALS` holds for each institution `<code>.p12` (PKCS#12: key and certificate)
and `<code>.pass` (its pass phrase), both readable by this account alone (decision 0015).
"""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfSigningSession

from shouwen.ground.kernel.errors import Conflict

CERTIFICATE, PASS_PHRASE = ".p12", ".pass"
FIELD, DIGEST = "Seal", "sha256"
NAME_MAX_CHARACTERS = 120
LEAST_RSA_BITS = 2048
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
# Bits of a file's mode that let other accounts in.
OTHERS = 0o077
log = logging.getLogger(__name__)


class SealDamaged(Conflict):
    """The files of a seal cannot be used; which is in the log, and on System health."""

    message = _(
        "The institution's electronic seal cannot be used, so nothing was issued. "
        "Tell the administrator; System health says what is wrong with it."
    )

    def __init__(self, why: str) -> None:
        """Take what is wrong, for the log and for whoever runs the centre."""
        super().__init__()
        self.why = why


class SealExpired(Conflict):
    """The certificate does not count at this moment."""

    message = _(
        "The certificate of the institution's electronic seal has run out or does not count yet, "
        "so nothing was issued. Tell the administrator to renew it."
    )


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal: whose it is, the SHA-256 of its certificate, and from when till when it counts."""

    name: str
    sha256: str
    begins_at: datetime
    ends_at: datetime
    _archive: bytes = field(repr=False)
    _phrase: bytes = field(repr=False)

    def counts_at(self, at: datetime) -> bool:
        """Whether the certificate counts at this moment."""
        return self.begins_at <= at <= self.ends_at


class _Signer(signers.PdfSigner):
    """Signs with the moment that it is given: the product's clock, not the machine's."""

    def __init__(
        self, meta: signers.PdfSignatureMetadata, signer: signers.Signer, at: datetime
    ) -> None:
        """Take what is signed with, and the moment."""
        super().__init__(meta, signer=signer)
        self._at = at

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        """Begin at the moment that was given."""
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


def folder() -> Path:
    """Say where the seals lie."""
    return Path(settings.SEALS_ROOT)


def codes() -> list[str]:
    """Give the institutions' codes that a certificate lies there for."""
    return sorted(path.name.removesuffix(CERTIFICATE) for path in folder().glob(f"*{CERTIFICATE}"))


def seal_of(code: str) -> Seal | None:
    """Give an institution's seal; None where no certificate lies there for it.

    Raises SealDamaged for files that others can read or that cannot be used. It may have run out:
    see `counts_at`.
    """
    archive = _bytes(f"{code}{CERTIFICATE}")
    if archive is None:
        return None
    phrase = _bytes(f"{code}{PASS_PHRASE}")
    if phrase is None:
        raise _damaged(code, f"{code}{PASS_PHRASE} is not there")
    try:
        return _opened(archive, phrase.strip())
    except _NoUse as error:
        raise _damaged(code, str(error)) from None


def seal_to_use(code: str, at: datetime) -> Seal | None:
    """Give the seal for something issued now. Raises SealDamaged, SealExpired."""
    seal = seal_of(code)
    if seal is not None and not seal.counts_at(at):
        log.error("seal %s: its certificate ends %s", code, seal.ends_at.isoformat())
        raise SealExpired
    return seal


def sign_pdf(pdf: bytes, seal: Seal, *, reason: str, at: datetime) -> bytes:
    """Give the PDF with a PAdES signature over all of it, which allows no later change.

    Raises SealExpired, and SealDamaged where it cannot be signed.
    """
    if not seal.counts_at(at):
        raise SealExpired
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        name=seal.name,
        reason=reason,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    try:
        signer = signers.SimpleSigner.load_pkcs12_data(
            seal._archive, other_certs=[], passphrase=seal._phrase
        )
        written = _Signer(meta, signer, at).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    except (PdfError, SigningError, ValueError) as error:
        raise _damaged(seal.name, f"it does not sign: {error}") from error
    return bytes(written.getbuffer())


class _NoUse(Exception):
    """What is wrong with the archive."""


def _damaged(code: str, why: str) -> SealDamaged:
    log.error("seal %s: %s", code, why)
    return SealDamaged(why)


def _bytes(name: str) -> bytes | None:
    path = folder() / name
    if Path(name).name != name:
        return None
    try:
        if path.stat().st_mode & OTHERS:
            raise _damaged(name, f"{name} can be read by others; run chmod 600 on it")
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _damaged(name, f"{name} cannot be read: {error.strerror}") from None


# Opening an archive is slow on purpose, and System health looks every few seconds.
@lru_cache(maxsize=64)
def _opened(archive: bytes, phrase: bytes) -> Seal:
    try:
        key, certificate, _others = pkcs12.load_key_and_certificates(archive, phrase)
    except (ValueError, TypeError):
        raise _NoUse("the pass phrase does not open it, or it is no PKCS#12 file") from None
    if key is None or certificate is None:
        raise _NoUse("it lacks the key or its certificate")
    _refuse_unfit(key, certificate)
    return Seal(
        name=_name(certificate)[:NAME_MAX_CHARACTERS],
        sha256=certificate.fingerprint(hashes.SHA256()).hex(),
        begins_at=certificate.not_valid_before_utc,
        # The certificate still counts within its last second.
        ends_at=certificate.not_valid_after_utc + timedelta(microseconds=999_999),
        _archive=archive,
        _phrase=phrase,
    )


def _refuse_unfit(key: PrivateKeyTypes, certificate: x509.Certificate) -> None:
    if key.public_key() != certificate.public_key():
        raise _NoUse("the certificate is not that of the key")
    is_strong_rsa = isinstance(key, rsa.RSAPrivateKey) and key.key_size >= LEAST_RSA_BITS
    is_known_curve = isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, CURVES)
    if not is_strong_rsa and not is_known_curve:
        raise _NoUse("its key is neither RSA of 2048 bits or more nor of a NIST curve")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    except ValueError:
        raise _NoUse("its certificate cannot be read") from None
    if not usage.digital_signature and not usage.content_commitment:
        raise _NoUse("its certificate is not for signing")


def _name(certificate: x509.Certificate) -> str:
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for one in certificate.subject.get_attributes_for_oid(oid):
            if str(one.value).strip():
                return str(one.value).strip()
    return certificate.subject.rfc4514_string()
