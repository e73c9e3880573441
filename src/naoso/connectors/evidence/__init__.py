"""Evidence packages: files, what they are, their SHA-256 sums, and a signature over all of that.

A package is a ZIP without compression: `files/…`, `manifest.json` (UTF-8, keys sorted), `SHA256SUMS` as
`sha256sum -c` reads it, `manifest.sig` (ECDSA over P-256 with SHA-256, DER, FIPS 186-5), `public-key.pem`
and `HOW-TO-VERIFY.txt`. `verify` needs neither network nor database; so does OpenSSL.
"""

from naoso.connectors.evidence.keys import fingerprint, public_pem, signing_key
from naoso.connectors.evidence.packages import Item, Verdict, verify, write

__all__ = ["Item", "Verdict", "fingerprint", "public_pem", "signing_key", "verify", "write"]
