"""The reference against cases done by hand: arrears, refunds, the wallet, the gate, ids and documents."""

import json

import pytest
from facefusion_reference import DocumentError, replay
from timeline_builders import (
    OPEN,
    OPEN_PRO,
    SETTLED,
    answer,
    buy,
    call,
    do,
    error,
    image,
    last,
    qps,
    slots,
    statement,
    use,
)


class TestArrears:
    # 100 × 0.24 = 24 owed on 1 December at 00:00
    OWING = [OPEN, use("2024-11-06", 1_100)]

    def state(self, *commands, **policy):
        return statement(*self.OWING, *commands, wallet={"cash": "4"}, **policy)["state"]

    def test_r26_to_the_instant(self):
        assert self.state(do("2024-11-30T23:59:59.999999", "advance")) == "active"
        assert self.state(do("2024-12-01", "advance")) == "arrears"
        assert self.state(do("2024-12-01T23:59:59.999999", "advance")) == "arrears"
        assert self.state(do("2024-12-02", "advance")) == "suspended"

    def test_r26_the_day_of_grace_is_served_and_billed(self):
        commands = [*self.OWING, use("2024-12-01T23:59:59", 1_100), do("2025-01-01", "advance")]
        whole = statement(*commands, wallet={"cash": "4"})
        # 4 − 24 = −20, then −20 − 24 = −44
        assert [invoice["balance_after"] for invoice in whole["invoices"]] == ["-20.00", "-44.00"]
        assert whole["wallet"]["balance"] == "-44.00"

    @pytest.mark.parametrize(
        "amount, resume_at, state",
        [
            ("19.99", "nonnegative", "suspended"),
            ("20", "nonnegative", "active"),
            ("20", "positive", "suspended"),
            ("20.01", "positive", "active"),
        ],
    )
    def test_r27_a_top_up_that_makes_the_balance_good(self, amount, resume_at, state):
        assert self.state(do("2024-12-09", "top_up", amount=amount), resume_at=resume_at) == state

    def test_r27_vouchers_do_not_make_it_good(self):
        assert self.state(do("2024-12-09", "top_up", amount="50", fund="voucher")) == "suspended"
        assert self.state(do("2024-12-09", "top_up", amount="50", fund="gift")) == "active"

    def test_r27_in_time_there_is_no_suspension(self):
        in_time = do("2024-12-01T12:00", "top_up", amount="20")
        assert self.state(in_time, do("2024-12-05", "advance")) == "active"

    def test_r28_suspended_usage_is_refused(self):
        commands = [*self.OWING, use("2024-12-02", 1)]
        assert error(*commands, wallet={"cash": "4"}) == "suspended"

    def test_r28_the_grant_of_a_month_begun_while_suspended(self):
        def grants(*commands):
            return [grant["id"][-7:] for grant in image(*self.OWING, *commands, wallet={"cash": "4"})["grants"]]

        assert grants(do("2025-01-20", "advance")) == ["2024-11", "2024-12"]
        assert grants(do("2025-01-20", "top_up", amount="20")) == ["2024-11", "2024-12", "2025-01"]
        assert grants(do("2025-02-01", "top_up", amount="20")) == ["2024-11", "2024-12", "2025-02"]

    def test_r26_a_refund_ends_arrears_too(self):
        # 204 − 200 = 4, − 24 = −20, + 200 = 180
        commands = [
            OPEN,
            use("2024-11-28", 1_100),
            buy("2024-11-29", "calls-1k", "p"),
            do("2024-12-02T12:00", "refund", id="p"),
        ]
        whole = statement(*commands, wallet={"cash": "204"})
        assert (whole["state"], whole["wallet"]["balance"]) == ("active", "180.00")


class TestRefunds:
    BOUGHT = [OPEN, buy("2024-11-05T10:00", "calls-1k", "p")]

    # civil days: until 13 November 00:00; hours: until 12 November 10:00
    @pytest.mark.parametrize(
        "clock, at, allowed",
        [
            ("civil_days", "2024-11-12T23:59:59", True),
            ("civil_days", "2024-11-13", False),
            ("hours", "2024-11-12T09:59:59.999999", True),
            ("hours", "2024-11-12T10:00", False),
        ],
    )
    def test_r29_window(self, clock, at, allowed):
        assert last(*self.BOUGHT, do(at, "refund", id="p"), refund_clock=clock)["ok"] is allowed

    def test_r30_each_has_its_own_error(self):
        refund = do("2024-11-08", "refund", id="p")
        assert error(*self.BOUGHT, do("2024-11-08", "refund", id="q")) == "unknown_id"
        assert error(*self.BOUGHT, use("2024-11-06", 1_001), refund) == "pack_used"
        assert last(*self.BOUGHT, use("2024-11-06", 1_000), refund)["ok"]
        assert error(*self.BOUGHT, refund, refund) == "already_refunded"
        assert error(*self.BOUGHT, do("2024-11-07", "suspend"), refund) == "violation"
        assert error(*self.BOUGHT, do("2024-11-07", "close", product="image"), refund) == "not_open"
        assert error(*self.BOUGHT, do("2024-11-13", "refund", id="p")) == "refund_window"
        assert error(*self.BOUGHT, do("2024-11-13", "refund", id="image/free-calls/2024-11")) == "not_paid"
        assert (
            error(OPEN, do("2024-11-06", "give_pack", product="image", pack="calls-1k", id="p"), refund) == "not_paid"
        )
        final = buy("2024-11-05T10:00", "calls-1k", "p", campaign={"refundable": False})
        assert error(OPEN, final, refund) == "campaign_final"

    def test_r31_to_the_funds_it_came_from(self):
        # 200 = 50 gift + 120 cash + 30 voucher, of which the voucher is not returned
        wallet = {"cash": "150", "gift": "60", "voucher": "30"}
        pay = {"voucher": "30", "gift": "50", "cash": "120"}
        commands = [OPEN, buy("2024-11-05T10:00", "calls-1k", "p", pay=pay), do("2024-11-08", "refund", id="p")]
        outcomes = answer(*commands, wallet=wallet)["outcomes"]
        assert outcomes[1]["paid"] == {"gift": "50.00", "cash": "120.00", "voucher": "30.00"}
        assert outcomes[2] == {
            "do": "refund",
            "ok": True,
            "amount": "170.00",
            "to": {"gift": "50.00", "cash": "120.00"},
            "forfeited": "30.00",
        }
        whole = statement(*commands, wallet=wallet)
        assert whole["wallet"] == {
            "cash": "150.00",
            "income": "0.00",
            "gift": "60.00",
            "voucher": "0.00",
            "balance": "210.00",
        }
        assert (whole["spent"]["refunded"], whole["spent"]["total"]) == ("170.00", "30.00")
        assert whole["products"]["image"]["packs"][0]["state"] == "refunded"

    def test_r32_capacity_before_it_begins(self):
        ahead = [OPEN, qps("2024-11-05T10:00", 5, "q", days=1, start="2024-11-20")]
        assert last(*ahead, do("2024-11-19T23:59:59", "refund", id="q"))["amount"] == "550.00"  # 5 × 110
        assert error(*ahead, do("2024-11-20", "refund", id="q")) == "capacity_begun"
        assert (
            error(OPEN, qps("2024-11-05T10:00", 5, "q", days=1), do("2024-11-05T10:00", "refund", id="q"))
            == "capacity_begun"
        )
        # the place is free again
        again = qps("2024-11-19", 300, "r", days=9)
        assert last(*ahead, do("2024-11-19", "refund", id="q"), again)["ok"]


class TestAccount:
    def test_r33_closed_and_opened_again(self):
        close = do("2024-11-06", "close", product="image")
        assert error(OPEN, close, use("2024-11-07", 1)) == "not_open"
        assert error(OPEN, close, close) == "not_open"
        assert error(OPEN, OPEN) == "already_open"
        assert last(OPEN, close, do("2024-11-08", "open", product="image"))["grants"] == []
        # closed over the 1st, the month's grant comes at the reopening
        reopened = last(OPEN, close, do("2024-12-08", "open", product="image"))["grants"]
        assert [grant["id"] for grant in reopened] == ["image/free-calls/2024-12"]

    def test_r34_gift_then_income_then_cash(self):
        # 200 = 20 + 30 + 150
        wallet = {"gift": "20", "income": "30", "cash": "150", "voucher": "99"}
        bought = last(buy("2024-11-05", "calls-1k", "p"), wallet=wallet)
        assert bought["paid"] == {"gift": "20.00", "income": "30.00", "cash": "150.00"}
        assert error(buy("2024-11-05", "calls-1k", "p"), wallet={**wallet, "cash": "149.99"}) == "insufficient_funds"

    def test_r34_named_funds(self):
        def paying(**pay):
            return [buy("2024-11-05", "calls-1k", "p", pay=pay)]

        wallet = {"cash": "500", "voucher": "100"}
        assert error(*paying(cash="199.99"), wallet=wallet) == "payment_mismatch"
        assert error(*paying(cash="99", voucher="101"), wallet=wallet) == "insufficient_funds"
        assert last(*paying(cash="100", voucher="100", gift="0"), wallet=wallet)["paid"] == {
            "cash": "100.00",
            "voucher": "100.00",
        }
        assert last(*paying(voucher="200"))["paid"] == {"voucher": "200.00"}
        assert error(*paying(voucher="201")) == "payment_mismatch"

    def test_r34_settlement_takes_gift_income_and_then_cash_below_zero(self):
        # 24 = 10 + 5 + 9, of cash 1: −8
        wallet = {"gift": "10", "income": "5", "cash": "1", "voucher": "100"}
        assert statement(OPEN, use("2024-11-06", 1_100), SETTLED, wallet=wallet)["wallet"] == {
            "cash": "-8.00",
            "income": "0.00",
            "gift": "0.00",
            "voucher": "100.00",
            "balance": "-8.00",
        }

    def test_r35_violation_until_reinstated(self):
        stopped = [OPEN, do("2024-11-06", "suspend")]
        assert error(*stopped, use("2024-11-07", 1)) == "violation"
        assert statement(*stopped)["state"] == "violation"
        assert last(*stopped, do("2024-11-07", "reinstate"), use("2024-11-07", 1))["ok"]
        # it does not hold back free grants
        assert len(image(*stopped, SETTLED)["grants"]) == 2


class TestGate:
    def test_sliding_second(self):
        calls = [
            OPEN,
            call("2024-11-05T10:00:00.700000", "a", quantity=15),
            call("2024-11-05T10:00:01", "b", quantity=5),
        ]
        refused = last(*calls, call("2024-11-05T10:00:01.200000", "c", quantity=6))
        # 15 leave the window at 1.7 s, half a second on
        assert (refused["error"], refused["retry_after"]) == ("rate_limited", "0.5")
        assert error(*calls, call("2024-11-05T10:00:01.699999", "c")) == "rate_limited"
        assert last(*calls, call("2024-11-05T10:00:01.700000", "c", quantity=15))["ok"]
        assert error(*calls, call("2024-11-05T10:00:01.700000", "c", quantity=16)) == "rate_limited"
        assert last(OPEN, call("2024-11-05T10:00", "c", quantity=21))["retry_after"] is None

    def test_second_of_the_clock(self):
        full = [OPEN, call("2024-11-05T10:00:00.900000", "a", quantity=20)]
        refused = last(*full, call("2024-11-05T10:00:00.999999", "b"), limiter="clock_second")
        assert refused["retry_after"] == "0.000001"
        assert last(*full, call("2024-11-05T10:00:01", "b", quantity=20), limiter="clock_second")["ok"]

    def test_a_refused_call_takes_nothing_and_a_canceled_one_keeps_its_place(self):
        full = [OPEN, call("2024-11-05T10:00", "a", quantity=20)]
        assert error(*full, call("2024-11-05T10:00", "b"), call("2024-11-05T10:00", "b")) == "rate_limited"
        assert error(*full, do("2024-11-05T10:00", "cancel", id="a"), call("2024-11-05T10:00", "b")) == "rate_limited"
        assert image(*full, call("2024-11-05T10:00", "b"))["month"]["total"] == 20

    def test_slots_until_commit_or_cancel(self):
        held = [OPEN_PRO, *[call("2024-11-05T10:00", f"c{n}", "image-pro", quantity=3) for n in range(10)]]
        one_more = call("2024-11-06", "d", "image-pro")
        assert error(*held, one_more) == "concurrency_limited"
        assert last(*held, do("2024-11-05T11:00", "commit", id="c4"), one_more)["ok"]
        assert last(*held, do("2024-11-05T11:00", "cancel", id="c4"), one_more)["ok"]
        # bought capacity replaces the 10, also downwards
        assert error(*held[:3], slots("2024-11-05T10:00", 2, "s", months=1), one_more) == "concurrency_limited"

    def test_cancel_gives_back_to_where_it_came_from(self):
        # 1,000 free are left to 15 by a use; a call of 20 takes 15 free and 5 of the pack
        held = [
            OPEN,
            buy("2024-11-05T10:00", "calls-1k", "p"),
            use("2024-11-05T10:00", 985),
            call("2024-11-06", "c", quantity=20),
        ]
        canceled = [*held, do("2024-11-07", "cancel", id="c")]
        assert last(*canceled) == {"do": "cancel", "ok": True, "returned": 20, "lost": 0}
        product = image(*canceled)
        assert (product["grants"][0]["left"], product["packs"][0]["left"], product["month"]["total"]) == (
            15,
            1_000,
            985,
        )
        # unsettled on 1 December with settlement day 3: the free units are void, the pack's come back
        late = [*held, do("2024-12-02T23:59:59", "cancel", id="c")]
        assert last(*late, settlement_day=3) == {"do": "cancel", "ok": True, "returned": 5, "lost": 15}
        assert last(*held, do("2024-12-01", "cancel", id="c")) == {
            "do": "cancel",
            "ok": True,
            "returned": 0,
            "lost": 20,
        }

    def test_finished_once(self):
        held = [OPEN, call("2024-11-06", "c"), do("2024-11-06", "commit", id="c")]
        assert last(*held) == {"do": "commit", "ok": True}
        assert error(*held, do("2024-11-06", "cancel", id="c")) == "already_finished"
        assert last(*held, do("2024-11-07", "commit", id="c")) == {"do": "commit", "ok": True, "repeated": True}
        assert error(*held, do("2024-11-06", "commit", id="d")) == "unknown_id"
        assert error(OPEN, use("2024-11-06", 1, id="u"), do("2024-11-06", "commit", id="u")) == "unknown_id"


class TestIds:
    def test_the_same_again_changes_nothing(self):
        first = buy("2024-11-05T10:00", "calls-1k", "p")
        again = {**first, "at": "2024-11-09T10:00:00", "quantity": "1"}
        outcomes = answer(OPEN, first, again, wallet={"cash": "1000"})["outcomes"]
        assert outcomes[2] == {**outcomes[1], "repeated": True}
        assert len(image(OPEN, first, again)["packs"]) == 1

    def test_another_command_with_a_used_id(self):
        first = buy("2024-11-05T10:00", "calls-1k", "p")
        assert error(OPEN, first, buy("2024-11-05T10:00", "calls-10k", "p")) == "id_conflict"
        assert error(OPEN, first, use("2024-11-05T10:00", 1, id="p")) == "id_conflict"
        assert error(OPEN, use("2024-11-05T10:00", 1, id="image/free-calls/2024-11")) == "id_reserved"

    def test_a_refused_command_does_not_use_up_its_id(self):
        first = buy("2024-11-05T10:00", "calls-1k", "p")
        topped_up = [first, do("2024-11-05T10:00", "top_up", amount="200"), first]
        assert "repeated" not in last(*topped_up, wallet={})
        assert last(*topped_up, wallet={})["ok"]

    def test_ids_made_up(self):
        def without_id(**fields):
            return do("2024-11-06", "give_pack", product="image", pack="calls-1k", **fields)

        commands = [OPEN, without_id(), without_id(id="x"), without_id()]
        assert [outcome["id"] for outcome in answer(*commands)["outcomes"][1:]] == ["#1", "x", "#3"]
        assert error(*commands, without_id(id="#3")) == "id_reserved"
        assert error(*commands, without_id(id="#4")) == "id_reserved"
        assert last(*commands, do("2024-11-06", "refund", id="#3"))["error"] == "not_paid"

    @pytest.mark.parametrize(
        "id, free", [("image/x", False), ("image-pro/", False), ("image", True), ("images/1", True)]
    )
    def test_names_of_products_are_kept_for_grants(self, id, free):
        assert last(OPEN, use("2024-11-06", 1, id=id))["ok"] is free


class TestTimeAndDocument:
    def test_time_runs_forward(self):
        whole = answer(OPEN, do("2024-11-05T09:59:59", "advance"))
        assert whole["outcomes"][1]["error"] == "time_reversal"
        assert whole["statement"]["at"] == "2024-11-05T10:00:00+08:00"

    @pytest.mark.parametrize("text", ["2024-11-30T16:00:00Z", "2024-12-01T01:30:00.000+09:30", "2024-12-01T00:00:00"])
    def test_one_instant_many_spellings(self, text):
        assert statement({"at": text, "do": "advance"})["at"] == "2024-12-01T00:00:00+08:00"

    def test_a_fraction_is_printed_without_trailing_zeros(self):
        assert statement({"at": "2024-12-01T00:00:00.250", "do": "advance"})["at"] == "2024-12-01T00:00:00.25+08:00"

    def test_no_commands(self):
        assert answer() == {"outcomes": [], "statement": None}

    @pytest.mark.parametrize(
        "fields, path",
        [
            ({"do": "use", "product": "image"}, "commands[0].quantity"),
            ({"do": "use", "product": "image", "quantity": True}, "commands[0].quantity"),
            ({"do": "use", "product": "image", "quantity": 1.0}, "commands[0].quantity"),
            ({"do": "use", "product": "image", "quantity": -1}, "commands[0].quantity"),
            ({"do": "use", "product": "image", "quantity": "1e3"}, "commands[0].quantity"),
            ({"do": "use", "product": "image", "quantity": 2**63}, "commands[0].quantity"),
            ({"do": "use", "product": "image", "quantity": 1, "billable": 1}, "commands[0].billable"),
            ({"do": "use", "product": "image", "quantity": 1, "units": 1}, "commands[0].units"),
            ({"do": "use", "product": 5, "quantity": 1}, "commands[0].product"),
            ({"do": "call", "product": "image"}, "commands[0].id"),
            ({"do": "call", "product": "image", "id": "a", "quantity": 0}, "commands[0].quantity"),
            ({"do": "fly"}, "commands[0].do"),
            ({}, "commands[0].do"),
            ({"do": "top_up", "amount": "0.00"}, "commands[0].amount"),
            ({"do": "top_up", "amount": 5}, "commands[0].amount"),
            ({"do": "top_up", "amount": "-5"}, "commands[0].amount"),
            ({"do": "top_up", "amount": "5", "fund": "gold"}, "commands[0].fund"),
            ({"do": "buy_pack", "product": "image", "pack": "p", "pay": {"cash": 1}}, "commands[0].pay.cash"),
            ({"do": "buy_pack", "product": "image", "pack": "p", "campaign": {"x": 1}}, "commands[0].campaign.x"),
            ({"do": "buy_capacity", "product": "image", "meter": "qps", "quantity": 1}, "commands[0].days"),
            ({"do": "advance", "at": "2024-02-30T00:00:00"}, "commands[0].at"),
            ({"do": "advance", "at": "2024-02-28"}, "commands[0].at"),
            ({"do": "advance", "at": 1700000000}, "commands[0].at"),
        ],
    )
    def test_a_command_that_cannot_be_read(self, fields, path):
        with pytest.raises(DocumentError) as caught:
            answer({"at": "2024-11-05T10:00:00", **fields})
        assert caught.value.path == path

    @pytest.mark.parametrize(
        "document, path",
        [
            ({"commands": []}, "book"),
            ({"book": "tencent-facefusion"}, "commands"),
            ({"book": "tencent-facefusion", "commands": {}}, "commands"),
            ({"book": "tencent-facefusion", "commands": [7]}, "commands[0]"),
            ({"book": "tencent-facefusion", "commands": [], "note": ""}, "note"),
            ({"book": "tencent-facefusion", "commands": [], "policy": {"color": 1}}, "policy.color"),
            (
                {"book": "tencent-facefusion", "commands": [], "policy": {"settlement_day": True}},
                "policy.settlement_day",
            ),
            ({"book": "tencent-facefusion", "commands": [], "policy": {"limiter": "none"}}, "policy.limiter"),
            ({"book": "tencent-facefusion", "commands": [], "wallet": {"cash": "-1"}}, "wallet.cash"),
        ],
    )
    def test_a_document_that_cannot_be_read(self, document, path):
        with pytest.raises(DocumentError) as caught:
            replay(document)
        assert caught.value.path == path

    def test_the_answer_is_json(self):
        whole = answer(OPEN, use("2024-11-06", 1_100), SETTLED)
        assert json.loads(json.dumps(whole)) == whole
