"""Voice notes: what phones record is taken, what only claims to be sound is not."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest

from naoso.connectors.audio import MOST_BYTES, read_voice
from naoso.kernel.errors import BadInput


def recorded(container: str, codec: str, seconds: float = 1.0) -> bytes:
    """A tone as a phone would write it."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        file.metadata["title"] = "secret place"
        track = file.add_stream(codec, rate=48_000, layout="mono")
        for start in range(0, int(seconds * 48_000), 960):
            wave = np.sin(np.arange(start, start + 960) / 20).astype(np.float32).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(wave * 0.4, format="flt", layout="mono")
            frame.sample_rate, frame.pts = 48_000, start
            file.mux(track.encode(frame))
        file.mux(track.encode(None))
    return out.getvalue()


@pytest.mark.parametrize(
    ("container", "codec"), [("webm", "libopus"), ("ogg", "libopus"), ("mp4", "aac")], ids=str
)
def test_what_phones_record_becomes_aac_without_metadata(container: str, codec: str) -> None:
    voice = read_voice(recorded(container, codec))
    assert voice.seconds == pytest.approx(1.0, abs=0.15)
    assert b"secret place" not in voice.mp4
    with av.open(io.BytesIO(voice.mp4)) as clip:
        assert [track.codec_context.name for track in clip.streams.audio] == ["aac"]
        assert not clip.streams.video


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"ID3 this is no voice note", "type"),
        (b"\x1a\x45\xdf\xa3" + b"\x00" * 400, "broken"),
        (b"\x00" * 20 * 1024 * 1024, "size"),
        (b"", "type"),
    ],
    ids=["fake", "damaged", "20 MB", "empty"],
)
def test_what_is_no_voice_note_is_refused_by_name(data: bytes, rule: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_voice(data)
    assert (refused.value.errors[0].field, refused.value.errors[0].rule) == ("voice", rule)
    assert MOST_BYTES < 20 * 1024 * 1024


def test_a_note_that_lasts_too_long_is_refused_whatever_its_header_says() -> None:
    with pytest.raises(BadInput) as refused:
        read_voice(recorded("webm", "libopus", 3.5), most_seconds=1)
    assert refused.value.errors[0].rule == "duration"


def test_half_a_note_is_heard_as_far_as_it_goes_or_refused() -> None:
    whole = recorded("webm", "libopus", 2)
    assert 0 < read_voice(whole[: len(whole) * 3 // 4]).seconds < 2
