"""The hub's own issuer of tokens, for the demo, for tests and for hubs without an identity provider.

Its key is derived from the hub's secret, so that nothing has to be kept; another generation is another key, and
two generations are believed while they are changed.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from hub.access.tokens import Issuer
from hub.domain import clock
from hub.store.roles import Roles

NAME = "hub"
AUDIENCE = "hub"
LIFE = timedelta(minutes=10)
ALGORITHM = "Ed25519"


def own_issuer(roles: Roles) -> "OwnIssuer":
    """The issuer of a hub, with the generations of its key that are believed."""
    signing, live = roles.ring.signing("tokens"), roles.ring.live("tokens")
    return OwnIssuer(roles.derive, (signing, *(one for one in live if one != signing)))


@dataclass(frozen=True)
class OwnIssuer:
    """Issues tokens and tells what they are checked with.

    Args:
        derive: A key of 32 bytes for one use (`Roles.derive`).
        generations: Of the key, the one that signs first; the others are believed too.
    """

    derive: Callable[[str], bytes]
    generations: Sequence[int] = (1,)

    def trusted(self) -> Issuer:
        """What its tokens are checked with: public keys alone."""
        keys = [self._key(generation).as_dict(private=False) for generation in self.generations]
        return Issuer(NAME, AUDIENCE, KeySet.import_key_set({"keys": keys}), (ALGORITHM,), LIFE)

    def token(self, subject: str, life: timedelta = LIFE, **private: str | list[str] | dict[str, str]) -> str:
        """A token in compact form.

        Args:
            subject: Client of the agency.
            life: From now on; at most ten minutes are believed.
            private: `agency` and, where they are narrowed, `agreement`, `purpose`, `areas`, `scope`; `cnf` where it is
                bound to a certificate.
        """
        now = int(clock.now().timestamp())
        claims = {
            "iss": NAME,
            "aud": AUDIENCE,
            "sub": subject,
            "iat": now,
            "exp": now + int(life.total_seconds()),
            "jti": token_urlsafe(16),
            **private,
        }
        key = self._key(self.generations[0])
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])

    def _key(self, generation: int) -> OKPKey:
        secret = self.derive(f"token issuer {generation}")
        public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
        pair = {"kty": "OKP", "crv": "Ed25519", "d": _base64(secret), "x": _base64(public)}
        return OKPKey.import_key({**pair, "kid": f"hub-{generation}"})


def _base64(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
