"""Which names are secrets, by whole words (``_ - .``, spaces and camelCase part them).

- ``password``, ``passwd``, ``pwd``, ``secret``, ``credentials``, ``auth``, ``bearer``, ``dsn``,
  an ``api``, ``access`` or ``private`` ``key``, a ``connection string`` make a name a secret;
- ``token`` does as the last word, unless it is one of text (``eos_token``); ``tokens`` are text;
- a name that counts (``num_passwords``) or is about a secret (``password_length``,
  ``api_key_file``) is none.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from itertools import pairwise, product

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


_SECRETS = _words(
    "auth authorization bearer creds credential credentials dsn jwt passcode passphrase passwd "
    "password passwords pwd secret secrets"
)
_KEYED = "access account api auth client encryption master private secret service signing ssh"
_PAIRS = frozenset(
    pair
    for firsts, seconds in [
        (f"{_KEYED} storage subscription", "key keys"),
        ("access api auth bearer refresh", "tokens"),
        ("conn connection", "str string"),
        ("db ftp mail mysql postgres smtp user", "pass"),
    ]
    for pair in product(_words(firsts), _words(seconds))
)
# Often written as one word, with or without a prefix: PGPASSWORD, openaiApikey.
_ENDINGS = tuple(
    _words(
        "accesskey accesstoken apikey apitoken authtoken connectionstring passwd password "
        "privatekey secretkey"
    )
)
_OF_TEXT = _words(
    "audio bos class cls decoder end eos first image input last mask max min next output pad "
    "per prompt sep special start stop sub unk video virtual"
)
_COUNTS = _words("max min n num number total")
_ABOUT = _words(
    "col column count counts dim dims dir enabled env expires expiry field file index len length "
    "limit name path policy prompt rate ratio required retries size ttl type types var"
)
_NEUTRAL = _words("dev live local main new old prod staging str string test value")


@functools.lru_cache(maxsize=1024)
def is_secret(name: str) -> bool:
    """Whether a value of this name must never be written.

    >>> is_secret("OPENAI_API_KEY"), is_secret("dbPassword"), is_secret("max_tokens")
    (True, True, False)
    """
    return any(_is_secret(part) for part in unicodedata.normalize("NFKC", name).split("."))


def _is_secret(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    if not words or words[0] in _COUNTS or words[-1] in _ABOUT:
        return False
    if tuple(words[-2:]) in _PAIRS:
        return True
    while words[1:] and words[-1] in _NEUTRAL:
        words.pop()
    if words[-1] == "token":
        return _OF_TEXT.isdisjoint(words)
    return (
        not _SECRETS.isdisjoint(words)
        or any(pair in _PAIRS for pair in pairwise(words))
        or "".join(words).endswith(_ENDINGS)
    )
