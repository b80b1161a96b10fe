"""Make a certificate for the platforms' hosts, and the authority that a client must trust."""

from __future__ import annotations

import ssl
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_DOMAINS = ("douyin.com", "iesdouyin.com", "amemv.com", "snssdk.com", "bytedance.com",
            "zijieapi.com", "douyinpic.com", "douyinvod.com", "douyincdn.com", "douyinstatic.com",
            "ixigua.com", "tiktok.com", "tiktokcdn.com", "tiktokcdn-us.com", "tiktokv.com",
            "ttwstatic.com", "ibytedtos.com")  # fmt: skip
_DAYS = 30  # of validity


def build_context(folder: Path, alpn: list[str]) -> tuple[ssl.SSLContext, Path]:
    """Return a server's TLS context, and the file of the authority that signed its certificate.

    Both files are written to `folder`; the authority's own key is not kept.
    """
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _build("f2scrapy sandbox", authority_key, authority_key, is_authority=True)
    leaf = _build("sandbox", key, authority_key, is_authority=False)
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    chain, trusted = folder / "server.pem", folder / "authority.pem"
    trusted.write_bytes(authority.public_bytes(pem))
    private = key.private_bytes(pem, form, serialization.NoEncryption())
    chain.touch(0o600)
    chain.write_bytes(private + leaf.public_bytes(pem) + authority.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    context.set_alpn_protocols(alpn)
    return context, trusted


def compute_pin(folder: Path) -> str:
    """Return the SHA-256 of the public key that `build_context` made in `folder`, as base64."""
    certificate = x509.load_pem_x509_certificate(
        (folder / "server.pem").read_bytes().partition(b"-----END PRIVATE KEY-----\n")[2]
    )
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    key = certificate.public_key().public_bytes(serialization.Encoding.DER, form)
    return b64encode(sha256(key).digest()).decode()


def _build(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    issuer = "f2scrapy sandbox"
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    signer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    builder = builder.add_extension(signer_id, critical=False)
    if is_authority:  # clients on Python 3.13 trust no other (2026-12)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(usage, critical=True)
    else:
        names = [host for domain in _DOMAINS for host in (domain, f"*.{domain}")]
        hosts = [*map(x509.DNSName, names), x509.IPAddress(ip_address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
