"""Does text read as Vietnamese? Every Vietnamese word is syllables of one narrow form, which tells real
letters from the mojibake of another encoding."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from naoso.connectors.datasets.legacy import LEGACY, converted

ONSETS = tuple(
    "ngh ng nh gh gi kh ph th tr ch qu b c d đ g h k l m n p r s t v x".split()  # noqa: SIM905
)
RHYMES = frozenset(
    """
    a e ê i o ô ơ u ư y ai ao au ay âu ây eo êu ia iu iêu oa oai oao oay oe oeo oi ôi ơi ua uê ui uy uya uyu
    ươi ươu ưa ưi ưu uôi uơ uây yêu ac ach am an ang anh ap at ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât ec em en
    eng ep et êch êm ên êng ênh êp êt ich im in inh ip it iêc iêm iên iêng iêp iêt oc om on ong op ot ooc oong
    ôc ôm ôn ông ôp ôt ơm ơn ơp ơt uc um un ung up ut ưc ưm ưn ưng ưt uôc uôm uôn uông uôp uôt ươc ươm ươn
    ương ươp ươt oac oach oam oan oang oanh oap oat oăc oăm oăn oăng oăt oem oen oet uân uâng uât uên uênh
    uêch uych uynh uyt uyn uyp uyên uyêt yêm yên yêng yêt
    """.split()  # noqa: SIM905
)
TONES = dict.fromkeys("\u0300\u0301\u0303\u0309\u0323")
STOPS = ("c", "ch", "p", "t")
STOP_TONES = {"\u0301", "\u0323"}
TOKEN = re.compile(r"[^\s!-@\[-`{-~]+")
LONGEST = 10
FEWEST, SURE, CLEARLY = 2, 0.6, 0.2


@dataclass(frozen=True, slots=True)
class Reading:
    """How many of the words with special letters are syllables."""

    good: int
    words: int

    @property
    def share(self) -> float:
        """0 where there is nothing to judge."""
        return self.good / self.words if self.words else 0.0


def is_syllable(word: str) -> bool:
    """`Nguyễn` is one, `Cafe` is not."""
    return len(word) <= LONGEST and word.isalpha() and _is_syllable(word)


@lru_cache(65_536)  # a language has few syllables, and a table the same ones in every row
def _is_syllable(word: str) -> bool:
    parts = unicodedata.normalize("NFD", word.lower())
    tones = [c for c in parts if c in TONES]
    if len(tones) > 1:
        return False
    bare = unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES))
    if bare.endswith(STOPS) and not (tones and tones[0] in STOP_TONES):
        return False
    return bare in RHYMES or any(bare.startswith(onset) and bare[len(onset) :] in RHYMES for onset in ONSETS)


def reading(texts: Iterable[str]) -> Reading:
    """Judges the words that have a letter outside ASCII."""
    good = words = 0
    for text in texts:
        if text.isascii():
            continue
        for token in TOKEN.findall(text):
            word = token.strip("“”‘’–—…•\u00a0")
            if word and not word.isascii():
                words += 1
                good += is_syllable(word)
    return Reading(good, words)


def guess(texts: list[str]) -> str:
    """`tcvn3` or `vni` where the texts read as Vietnamese only after conversion; else empty."""
    plain = reading(texts)
    if not plain.words:
        return ""
    best, share = "", 0.0
    for encoding in LEGACY:
        told = reading(converted(text, encoding)[0] for text in texts)
        if told.good >= FEWEST and told.share >= SURE and told.share > max(share, plain.share + CLEARLY):
            best, share = encoding, told.share
    return best


def is_plain(texts: list[str], encoding: str) -> bool:
    """The texts are Vietnamese as they stand, and converting them would spoil them."""
    plain = reading(texts)
    told = reading(converted(text, encoding)[0] for text in texts)
    return plain.good > 0 and plain.share >= SURE and plain.share > told.share
