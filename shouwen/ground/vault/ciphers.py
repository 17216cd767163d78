"""The only place that calls a cipher: seal and open bytes under a data key."""

from __future__ import annotations

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
AES = "v1"
SM4 = "g1"
BY_SETTING = {"aes-256-gcm": AES, "sm4-gcm": SM4}


class TagWrong(Exception):
    """The bytes, the key or the place are not those it was sealed with."""


def chosen() -> str:
    """Give the suite that `SHOUWEN_CIPHER` asks for, as it stands before each token.

    Raises ImproperlyConfigured, in one sentence, for a name or cipher that cannot be had.
    """
    name = os.environ.get("SHOUWEN_CIPHER", "aes-256-gcm")
    suite = BY_SETTING.get(name)
    if suite is None:
        raise ImproperlyConfigured(
            f"SHOUWEN_CIPHER is {name!r}; set it to aes-256-gcm or sm4-gcm, or leave it out."
        )
    if suite == SM4:
        try:
            open_sealed(SM4, bytes(KEY_BYTES), seal(SM4, bytes(KEY_BYTES), b"probe", b""), b"")
        except UnsupportedAlgorithm as error:
            raise ImproperlyConfigured(
                "SHOUWEN_CIPHER=sm4-gcm needs an OpenSSL with SM4-GCM, and this one has none; "
                "install one that has, or leave SHOUWEN_CIPHER out."
            ) from error
    return suite


def new_key() -> bytes:
    """Make a random data key, 32 bytes."""
    return os.urandom(KEY_BYTES)


@lru_cache(maxsize=4096)
def _sm4_key(key: bytes) -> bytes:
    # A key of its own for each cipher: the same bytes never serve two.
    return HKDF(SHA256(), 16, salt=None, info=b"shouwen sm4-gcm").derive(key)


def seal(suite: str, key: bytes, plain: bytes, context: bytes) -> bytes:
    """Encrypt under a fresh random nonce, bound to `context`; give nonce, ciphertext and tag."""
    nonce = os.urandom(NONCE_BYTES)
    if suite == AES:
        return nonce + AESGCM(key).encrypt(nonce, plain, context)
    cipher = Cipher(algorithms.SM4(_sm4_key(key)), modes.GCM(nonce)).encryptor()
    cipher.authenticate_additional_data(context)
    return nonce + cipher.update(plain) + cipher.finalize() + cipher.tag


def open_sealed(suite: str, key: bytes, sealed: bytes, context: bytes) -> bytes:
    """Decrypt what `seal` gave. Raises TagWrong when anything differs, an unknown suite too."""
    nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    if len(body) < TAG_BYTES or suite not in (AES, SM4):
        raise TagWrong
    try:
        if suite == AES:
            return AESGCM(key).decrypt(nonce, body, context)
        tag = body[-TAG_BYTES:]
        cipher = Cipher(algorithms.SM4(_sm4_key(key)), modes.GCM(nonce, tag)).decryptor()
        cipher.authenticate_additional_data(context)
        return cipher.update(body[:-TAG_BYTES]) + cipher.finalize()
    except InvalidTag as error:
        raise TagWrong from error
