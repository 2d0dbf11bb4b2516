"""Timelines as dicts, text and bytes."""

import json
import threading

import faregate
import pytest

TIMELINE = {
    "book": "tencent-facefusion",
    "commands": [
        {"at": "2024-11-05T10:00:00", "do": "open", "product": "image"},
        {"at": "2024-11-20T12:00:00", "do": "use", "product": "image", "quantity": 90_000, "id": "用量"},
        {"at": "2024-11-21T12:00:00", "do": "refund", "id": "none"},
        {"at": "2024-12-01T00:00:00", "do": "advance"},
    ],
}


def test_a_dict_text_and_bytes_answer_alike():
    text = json.dumps(TIMELINE, ensure_ascii=False)
    answer = faregate.replay_json(text)
    assert faregate.replay_json(text.encode()) == answer == faregate.replay_json(json.dumps(TIMELINE, indent=2))
    assert faregate.replay(TIMELINE) == faregate.replay(text) == faregate.replay(text.encode()) == json.loads(answer)
    told = json.loads(answer)
    assert told["statement"]["invoices"][0]["total"] == "16020.00"  # W4
    assert told["outcomes"][2]["error"] == "unknown_id"


def test_a_whole_book_in_the_document(book):
    assert faregate.replay({**TIMELINE, "book": book.to_dict()}) == faregate.replay(TIMELINE)


def test_an_unknown_book():
    for name in ("no-such-book", "", "../tencent-facefusion", "tencent-facefusion.json", "文"):
        with pytest.raises(faregate.UnknownBook) as caught:
            faregate.replay({**TIMELINE, "book": name})
        assert caught.value.path == "book"


def test_documents_of_other_types():
    for wrong in (None, 1, [], bytearray(b"{}"), memoryview(b"{}")):
        with pytest.raises(faregate.InvalidType):
            faregate.replay_json(wrong)
        with pytest.raises(faregate.InvalidType):
            faregate.replay(wrong)


def test_dicts_that_are_no_json():
    for value, error in (
        (object(), faregate.InvalidType),
        (float("nan"), faregate.Invalid),
        ("\ud800", faregate.Invalid),
    ):
        with pytest.raises(faregate.Invalid) as caught:
            faregate.replay({**TIMELINE, "wallet": {"cash": value}})
        assert type(caught.value) is error


def test_threads_replay_at_once():
    text = json.dumps(TIMELINE)
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.extend(faregate.replay_json(text) for _ in range(50))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 400 and set(answers) == {faregate.replay_json(text)}


def test_a_fault_while_a_shipped_book_is_read_is_raised_as_it_is(monkeypatch):
    def broken(name):
        raise PermissionError(name)

    monkeypatch.setattr("faregate._documents.shipped_book", broken)
    with pytest.raises(PermissionError):
        faregate.replay(TIMELINE)
