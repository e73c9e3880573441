"""Every Vietnamese letter through the encodings of before Unicode and back, and telling them apart."""

from __future__ import annotations

import unicodedata

import pytest

from naoso.connectors.datasets.encodings import sniff
from naoso.connectors.datasets.legacy import TCVN3, VNI, converted
from naoso.connectors.datasets.syllables import guess, is_syllable

SMALL = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"
CAPITAL = SMALL.upper()
SENTENCES = (
    "Phường Sông Công, tỉnh Thái Nguyên có ba mươi cây xà cừ trên đường Thắng Lợi.",
    "Ủy ban nhân dân xã Yên Bình báo cáo: kẽm gỉ, cửa hỏng, rễ trồi; đề nghị sửa chữa ngay.",
    "Nghĩa trang liệt sĩ, đền thờ Lý Nam Đế, hồ Núi Cốc, chợ Đồng Quang, quỹ khuyến học.",
    "Bằng lăng, phượng vĩ, sấu, muồng hoàng yến, dừa, vối, lộc vừng, ngọc lan, hoa sữa.",
)


def written(text: str, table: dict[str, str]) -> str:
    """The text as an old program would have stored it; a capital without a code becomes small."""
    codes = {letter: code for code, letter in reversed(table.items())}
    return "".join(codes.get(letter) or codes.get(letter.lower(), letter) for letter in text)


@pytest.mark.parametrize(("encoding", "table"), [("tcvn3", TCVN3), ("vni", VNI)])
def test_every_small_letter_goes_and_comes_back(encoding: str, table: dict[str, str]) -> None:
    assert set(SMALL) <= set(table.values())
    for letter in SMALL:
        code = written(letter, table)
        assert code != letter or letter in "íìý"
        assert code.encode("cp1252")
        assert converted(code, encoding) == (letter, "")


def test_every_capital_of_vni_goes_and_comes_back() -> None:
    assert set(CAPITAL) <= set(VNI.values())
    for letter in CAPITAL:
        assert converted(written(letter, VNI), "vni") == (letter, "")


def test_tcvn3_has_seven_capitals_of_its_own() -> None:
    assert [letter for letter in TCVN3.values() if letter.isupper()] == list("ĂÂÊÔƠƯĐ")
    assert converted("¡¢£¤¥¦§", "tcvn3")[0] == "ĂÂÊÔƠƯĐ"


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        ("TH¸I NGUY£N", "THÁI NGUYÊN"),
        ("BÕN XE", "BẾN XE"),
        ("UBND x· Yªn B×nh", "UBND xã Yên Bình"),
        ("§­êng 3/2, TP Th¸i Nguyªn", "Đường 3/2, TP Thái Nguyên"),
        ("Sè 5", "Số 5"),
        ("§¹i häc", "Đại học"),
        ("Ên §é", "ấn Độ"),  # the file does not tell the font: named in the module's docstring
        ("12 m²", "12 m²"),
    ],
)
def test_capitals_of_the_fonts_that_end_in_h(stored: str, meant: str) -> None:
    assert converted(stored, "tcvn3")[0] == meant


@pytest.mark.parametrize(("encoding", "table"), [("tcvn3", TCVN3), ("vni", VNI)])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences(sentence: str, encoding: str, table: dict[str, str]) -> None:
    stored = written(sentence, table)
    told = converted(stored, encoding)[0]
    assert told.casefold() == sentence.casefold()
    assert unicodedata.is_normalized("NFC", told)
    assert guess([stored]) == encoding
    assert sniff(stored.encode("cp1252")).encoding == encoding
    assert guess([sentence]) == ""


def test_mixed_case_of_a_mark_in_vni() -> None:
    assert converted("THAÙI NGUYEÂN", "vni")[0] == "THÁI NGUYÊN"
    assert converted("AÙo, Aùo", "vni")[0] == "Áo, Áo"


def test_a_letter_that_the_encoding_does_not_have_is_named() -> None:
    assert converted("Sông Cộng", "tcvn3")[1] == "ộ"
    assert converted("Çelik", "vni")[1] == "Ç"


@pytest.mark.parametrize("sentence", SENTENCES)
def test_windows_1258_and_utf8(sentence: str) -> None:
    stored = b"".join(in_1258(c) for c in sentence)
    assert sniff(stored).encoding == "windows-1258"
    assert sniff(sentence.encode()).encoding == "utf-8"


def in_1258(letter: str) -> bytes:
    """A letter and its tone as Windows-1258 stores them."""
    try:
        return letter.encode("cp1258")
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFD", letter)
        tone = next(c for c in parts if c in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize("NFC", parts.replace(tone, ""))
        return (base + tone).encode("cp1258")


@pytest.mark.parametrize("text", ["Café crème à la française", "Größe über Äcker", "señor año", "", "°C"])
def test_other_languages_are_not_taken_for_it(text: str) -> None:
    assert guess([text] * 3) == ""


@pytest.mark.parametrize(
    ("word", "good"),
    [("Nguyễn", True), ("đường", True), ("quốc", True), ("giếng", True), ("Thi²", False), ("cafộ", False),
     ("bac", False), ("xẻc", False)],
)  # fmt: skip
def test_syllables(word: str, good: bool) -> None:
    assert is_syllable(word) is good
