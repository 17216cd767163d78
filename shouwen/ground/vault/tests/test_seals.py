"""Electronic seals: what is signed verifies, a changed byte breaks it, no seal is guessed."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from shouwen.ground.kit import letters_pdf
from shouwen.ground.kit.letters import Letter, Section
from shouwen.ground.vault import seals
from shouwen.ground.vault.tests import seal_files
from shouwen.ground.vault.tests.seal_files import OWNER, a_seal, lay

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
LETTER = Letter(
    "示例银行", "告知书", "编号：1", "尊敬的许远：", ("您好。",), (Section("一、事实", ("无。",)),),
    ("谢谢。",), ("示例银行",), "示例银行 · 1",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """Where this test's seals lie."""
    settings.SEALS_ROOT = tmp_path / "seals"
    return tmp_path / "seals"


def verdict(pdf: bytes, certificate: x509.Certificate) -> Any:
    """Give what the library says of a PDF's only signature, trusting this certificate."""
    root = asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return validate_pdf_signature(
        signature, ValidationContext(trust_roots=[root], moment=AT, best_signature_time=AT)
    )


def signed(folder: Path) -> tuple[bytes, x509.Certificate]:
    certificate = a_seal(folder, "bank", AT)
    seal = seals.seal_to_use("bank", AT)
    assert seal is not None
    return seals.sign_pdf(letters_pdf.as_pdf(LETTER), seal, reason="告知书", at=AT), certificate


def test_a_signed_letter_verifies_as_the_institutions_own(folder: Path) -> None:
    pdf, certificate = signed(folder)
    said = verdict(pdf, certificate)
    assert (said.intact, said.valid, said.trusted, said.bottom_line) == (True, True, True, True)
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    held = signature.sig_object
    assert held["/SubFilter"] == "/ETSI.CAdES.detached"
    assert (held["/Name"], held["/Reason"]) == (OWNER, "告知书")
    assert signature.self_reported_timestamp == AT
    assert signature.docmdp_level.name == "NO_CHANGES"


def test_every_changed_byte_of_what_is_signed_breaks_it(folder: Path) -> None:
    pdf, certificate = signed(folder)
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    start, first, second, rest = signature.byte_range
    # The signature covers the whole file but itself.
    assert (start, second + rest) == (0, len(pdf))
    text = pdf.index(b"stream") + 40
    for place in (text, first - 20, second + rest - 9):
        broken = bytearray(pdf)
        broken[place] ^= 1
        try:
            said = verdict(bytes(broken), certificate)
        except Exception:  # noqa: S112  # what cannot be read any more is not verified
            continue
        assert not (said.intact and said.bottom_line), place


def test_another_certificate_is_not_trusted(folder: Path) -> None:
    pdf, _own = signed(folder)
    stranger = seal_files.rsa_key(3072)
    other = seal_files.a_certificate(stranger, AT - timedelta(days=1), AT + timedelta(days=1))
    assert not verdict(pdf, other).bottom_line


def test_a_key_of_a_curve_signs_too(folder: Path) -> None:
    certificate = a_seal(folder, "bank", AT, key=ec.generate_private_key(ec.SECP256R1()))
    seal = seals.seal_to_use("bank", AT)
    assert seal is not None
    pdf = seals.sign_pdf(letters_pdf.as_pdf(LETTER), seal, reason="告知书", at=AT)
    assert verdict(pdf, certificate).bottom_line


def test_a_seal_says_whose_it_is_and_till_when_and_no_secret(folder: Path) -> None:
    certificate = a_seal(folder, "bank", AT)
    seal = seals.seal_of("bank")
    assert seal is not None
    assert (seal.name, seal.sha256) == (OWNER, certificate.fingerprint(hashes.SHA256()).hex())
    assert seal.counts_at(AT + seal_files.YEAR)
    assert not seal.counts_at(AT + seal_files.YEAR + timedelta(seconds=1))
    assert seal_files.PHRASE not in repr(seal)
    assert seals.codes() == ["bank"]
    assert seals.seal_of("insurer") is None
    assert seals.seal_of("../seals/bank") is None


def test_one_that_has_run_out_or_not_begun_signs_nothing(folder: Path) -> None:
    a_seal(folder, "bank", AT)
    for at in (AT - timedelta(days=2), AT + seal_files.YEAR + timedelta(seconds=1)):
        with pytest.raises(seals.SealExpired):
            seals.seal_to_use("bank", at)
    seal = seals.seal_to_use("bank", AT)
    assert seal is not None
    with pytest.raises(seals.SealExpired):
        seals.sign_pdf(b"", seal, reason="", at=AT + 2 * seal_files.YEAR)
    with pytest.raises(seals.SealDamaged):
        seals.sign_pdf(b"no pdf", seal, reason="", at=AT)


def why(code: str = "bank") -> str:
    with pytest.raises(seals.SealDamaged) as error:
        seals.seal_to_use(code, AT)
    return error.value.why


def test_what_is_wrong_with_a_seal_is_named(folder: Path) -> None:
    a_seal(folder, "bank", AT)
    (folder / "bank.p12").chmod(0o640)
    assert why() == "bank.p12 can be read by others; run chmod 600 on it"
    (folder / "bank.p12").chmod(0o600)
    (folder / "bank.pass").write_text("another")
    assert why() == "the pass phrase does not open it, or it is no PKCS#12 file"
    (folder / "bank.pass").unlink()
    assert why() == "bank.pass is not there"
    lay(folder, "bank", b"nonsense")
    assert "no PKCS#12" in why()
    a_seal(folder, "bank", AT, signs=False)
    assert why() == "its certificate is not for signing"
    a_seal(folder, "bank", AT, key=ec.generate_private_key(ec.SECP224R1()))
    assert "neither RSA" in why()
    bare = pkcs12.serialize_key_and_certificates(
        None, seal_files.rsa_key(), None, None, NoEncryption()
    )
    lay(folder, "bank", bare, "")
    assert why() == "it lacks the key or its certificate"
    # A renewed one is read without a restart.
    a_seal(folder, "bank", AT)
    assert seals.seal_to_use("bank", AT) is not None
