"""The reference against sums done by hand: the guide's worked examples, then what things cost, rule by rule."""

import pytest
from timeline_builders import (
    OPEN,
    OPEN_PRO,
    SETTLED,
    answer,
    buy,
    do,
    error,
    image,
    last,
    lines,
    mode,
    qps,
    slots,
    statement,
    use,
)


class TestWorkedExamples:
    def test_w1_packs_for_a_year(self):
        # 3 × 10,000 + 2 × 400 = 30,800; 10 + 2 × 10 = 30 materials; 12 × 25,000 calls − 12 × 1,000 free ≤ 300,000
        spent = statement(
            do("2024-01-01", "open", product="image"),
            buy("2024-01-01", "calls-100k", "c", quantity=3),
            buy("2024-01-01", "materials-10", "m", quantity=2),
            do("2024-01-01", "add_materials", product="image", quantity=30),
            *[use(f"2024-{month:02d}-15", 25_000) for month in range(1, 13)],
            do("2025-01-01", "advance"),
        )["spent"]
        assert spent["total"] == "30800.00"
        assert (spent["packs"], spent["materials"], spent["postpaid"]) == ("30000.00", "800.00", "0.00")

    def test_w2_a_pack_and_the_rest_postpaid(self):
        # 1,500 + (15,000 − 10,000 − 1,000) × 0.24 = 1,500 + 960
        whole = statement(OPEN, buy("2024-11-05T10:00", "calls-10k", "p"), use("2024-11-20", 15_000), SETTLED)
        assert whole["spent"]["total"] == "2460.00"
        assert whole["invoices"][0]["lines"][0] == {
            "product": "image",
            "meter": "calls",
            "units": 4_000,
            "free": 1_000,
            "packs": 10_000,
            "unbilled": 0,
            "unit_price": "0.24",
            "tier": 0,
            "amount": "960.00",
            "rule": "R11",
            "explanation": "(15,000 − 1,000 free − 10,000 packs) × 0.24 = 960.00",
        }

    # W3: 500 ≤ 1,000. W4: 89,000 × 0.18. W5: 19,999,000 × 0.02.
    @pytest.mark.parametrize("calls, total", [(500, "0.00"), (90_000, "16020.00"), (20_000_000, "399980.00")])
    def test_w3_w4_w5_postpaid_alone(self, calls, total):
        invoice = statement(OPEN, use("2024-11-20", calls), SETTLED)["invoices"][0]
        assert invoice["total"] == total

    def test_w6_capacity_for_a_year(self):
        # 2,000 × 60 × 12 + 400 × 2 = 1,440,000 + 800
        spent = statement(
            OPEN, qps("2024-11-05T10:00", 60, "q", months=12), buy("2024-11-06", "materials-10", "m", quantity=2)
        )
        assert spent["spent"]["total"] == "1440800.00"

    def test_w7_capacity_by_the_day(self):
        # 110 × 30 × 5, 1 to 5 July both counted
        order = last(OPEN, qps("2025-06-20", 30, "q", days=5, start="2025-07-01"))
        assert order["amount"] == "16500.00"
        assert (order["from"], order["until"]) == ("2025-07-01T00:00:00+08:00", "2025-07-06T00:00:00+08:00")

    @pytest.mark.parametrize("at, allowed", [("2022-10-08T23:59:59.999999", True), ("2022-10-09", False)])
    def test_w8_the_seventh_day_is_included(self, at, allowed):
        commands = [do("2022-10-01T09:00", "open", product="image"), buy("2022-10-01T09:00", "calls-1k", "p")]
        assert last(*commands, do(at, "refund", id="p"))["ok"] is allowed


class TestFreeQuota:
    def test_r2_in_full_at_the_opening_and_on_the_first(self):
        outcomes = answer(do("2024-11-30T23:59:59", "open", product="image"), do("2024-12-01", "statement"))["outcomes"]
        assert outcomes[0]["grants"] == [
            {"id": "image/free-calls/2024-11", "units": 1000, "left": 1000, "expires": "2024-12-01T00:00:00+08:00"}
        ]
        grants = outcomes[1]["statement"]["products"]["image"]["grants"]
        assert [(grant["id"], grant["left"], grant["state"]) for grant in grants] == [
            ("image/free-calls/2024-11", 1000, "void"),
            ("image/free-calls/2024-12", 1000, "active"),
        ]

    def test_r3_claimed_once_for_a_year(self):
        claim = do("2024-11-05T10:00", "claim", product="image-pro", grant="free-calls")
        assert last(OPEN_PRO, claim)["grants"] == [
            {"id": "image-pro/free-calls", "units": 100, "left": 100, "expires": "2025-11-06T00:00:00+08:00"}
        ]
        assert error(OPEN_PRO, claim, claim) == "already_claimed"
        assert error(claim) == "not_open"
        assert last(OPEN_PRO, claim, use("2025-11-05T23:59:59", 10, "image-pro"))["free"] == 10
        assert last(OPEN_PRO, claim, use("2025-11-06", 10, "image-pro"))["postpaid"] == 10

    def test_r4_ten_materials_once(self):
        reopened = [OPEN, do("2024-11-06", "close", product="image"), do("2024-11-07", "open", product="image")]
        assert image(*reopened)["materials"] == {"held": 0, "limit": 10}
        assert image(do("2024-11-05", "advance"))["materials"]["limit"] == 0

    def test_r5_notice_of_thirty_days(self):
        def announced(effective, quantity=500):
            at = "2024-11-05T23:00"
            return do(at, "announce", product="image", grant="free-calls", quantity=quantity, effective=effective)

        # 5 November + 30 days = 5 December
        assert error(OPEN, announced("2024-12-04")) == "notice_too_short"
        assert last(OPEN, announced("2024-12-05"))["ok"]
        grants = image(OPEN, announced("2024-12-05"), do("2025-01-01", "advance"))["grants"]
        assert [grant["units"] for grant in grants] == [1000, 1000, 500]
        # effective on the 1st itself: amendments come before the issue
        assert image(OPEN, announced("2025-01-01"), do("2025-01-01", "advance"))["grants"][-1]["units"] == 500
        assert len(image(OPEN, announced("2025-01-01", 0), do("2025-02-01", "advance"))["grants"]) == 2


class TestPacks:
    # Bought on 5 November 2024 and on 29 February 2024
    @pytest.mark.parametrize(
        "bought, expiry, expires",
        [
            ("2024-11-05T10:00", "anniversary_end", "2025-11-06T00:00:00+08:00"),
            ("2024-11-05T10:00", "anniversary_start", "2025-11-05T00:00:00+08:00"),
            ("2024-02-29T10:00", "anniversary_end", "2025-03-01T00:00:00+08:00"),
            ("2024-02-29T10:00", "anniversary_start", "2025-02-28T00:00:00+08:00"),
            ("2023-02-28T10:00", "anniversary_end", "2024-02-29T00:00:00+08:00"),
        ],
    )
    def test_r6_void_after_a_year(self, bought, expiry, expires):
        assert last(buy(bought, "calls-1k", "p"), pack_expiry=expiry)["expires"] == expires

    def test_r6_what_is_left_is_void(self):
        used = [OPEN, buy("2024-11-05T10:00", "calls-1k", "p"), use("2024-11-06", 1_400)]
        pack = image(*used, do("2025-11-06", "advance"))["packs"][0]
        assert (pack["left"], pack["state"]) == (600, "void")
        assert image(*used, do("2025-11-05T23:59:59", "advance"))["packs"][0]["state"] == "active"

    def test_r7_one_usage_over_all_three(self):
        # 1,000 free, 1,000 of the older pack, 10,000 of the younger, and the remaining 500
        used = last(
            OPEN,
            buy("2024-11-05T10:00", "calls-1k", "old"),
            buy("2024-11-06T10:00", "calls-10k", "young"),
            use("2024-11-07", 12_500),
        )
        packs = [{"id": "old", "units": 1_000}, {"id": "young", "units": 10_000}]
        assert used == {"do": "use", "ok": True, "free": 1_000, "packs": packs, "postpaid": 500, "unbilled": 0}

    def test_r7_ties_go_by_the_order_of_the_commands(self):
        packs = [buy("2024-11-05T10:00", "calls-1k", id) for id in ("a", "é", "Z", "10", "9")]
        drawn = last(OPEN, *packs, use("2024-11-07", 6_000))["packs"]
        assert [part["id"] for part in drawn] == ["a", "é", "Z", "10", "9"]

    def test_r7_smallest_left(self):
        packs = [buy("2024-11-05T10:00", "calls-10k", "big"), buy("2024-11-06", "calls-1k", "small")]
        commands = [OPEN, *packs, use("2024-11-07", 1_500)]
        assert last(*commands)["packs"] == [{"id": "big", "units": 500}]
        assert last(*commands, pack_order="smallest_left")["packs"] == [{"id": "small", "units": 500}]

    def test_r8_whole_month_reaches_back(self):
        # 15,000 − 1,000 free = 14,000 postpaid before the pack; it takes 10,000 of them: 4,000 × 0.24
        commands = [OPEN, use("2024-11-06", 15_000), buy("2024-11-07", "calls-10k", "p")]
        assert lines(*commands, SETTLED)[0]["amount"] == "2520.00"  # 14,000 × 0.18
        assert lines(*commands, SETTLED, pack_reach="whole_month")[0]["amount"] == "960.00"
        assert image(*commands, SETTLED, pack_reach="whole_month")["packs"][0]["state"] == "used_up"
        preview = last(*commands, do("2024-11-30", "preview"), pack_reach="whole_month")["invoice"]
        assert (preview["total"], preview["issued"]) == ("960.00", None)
        assert image(*commands, do("2024-11-30", "preview"), pack_reach="whole_month")["packs"][0]["left"] == 10_000

    def test_r8_a_pack_of_the_next_month_does_not_reach_back(self):
        commands = [OPEN, use("2024-11-06", 15_000), buy("2024-12-01", "calls-10k", "p"), do("2024-12-02", "advance")]
        assert lines(*commands, pack_reach="whole_month", settlement_day=2)[0]["units"] == 14_000

    def test_r10_nothing_is_drawn_on_in_a_capacity_mode(self):
        commands = [OPEN, qps("2024-11-05T10:00", 5, "q", days=1), mode("2024-11-05T10:00", "qps")]
        assert last(*commands, use("2024-11-05T11:00", 700)) == {
            "do": "use",
            "ok": True,
            "free": 0,
            "packs": [],
            "postpaid": 0,
            "unbilled": 700,
        }

    def test_what_an_order_of_packs_comes_to(self):
        assert error(OPEN, buy("2024-11-05T10:00", "materials-10", "m", "image-pro")) == "unknown_pack"
        assert error(OPEN, buy("2024-11-05T10:00", "calls-1k", "m", quantity=2**63 - 1)) == "overflow"
        # 3 × 99.9 = 299.7, a campaign price is the price of one pack
        bought = last(OPEN, buy("2024-11-05T10:00", "calls-1k", "p", quantity="3", campaign={"price": "99.9"}))
        assert (bought["amount"], bought["units"], bought["paid"]) == ("299.70", 3_000, {"cash": "299.70"})


class TestPostpaid:
    # Chargeable units are the calls less 1,000: one below an edge, on it, one above
    @pytest.mark.parametrize(
        "chargeable, tier, price, amount",
        [
            (9_999, 0, "0.24", "2399.76"),
            (10_000, 10_000, "0.18", "1800.00"),
            (10_001, 10_000, "0.18", "1800.18"),
            (99_999, 10_000, "0.18", "17999.82"),
            (100_000, 100_000, "0.12", "12000.00"),
            (999_999, 100_000, "0.12", "119999.88"),
            (1_000_000, 1_000_000, "0.08", "80000.00"),
            (9_999_999, 1_000_000, "0.08", "799999.92"),
            (10_000_000, 10_000_000, "0.02", "200000.00"),
        ],
    )
    def test_r11_tiers_of_image(self, chargeable, tier, price, amount):
        line = lines(OPEN, use("2024-11-06", chargeable + 1_000), SETTLED)[0]
        assert (line["tier"], line["unit_price"], line["amount"]) == (tier, price, amount)

    @pytest.mark.parametrize(
        "calls, price, amount", [(9_999, "0.60", "5999.40"), (10_000, "0.48", "4800.00"), (10**7, "0.30", "3000000.00")]
    )
    def test_r11_tiers_of_image_pro(self, calls, price, amount):
        line = lines(OPEN_PRO, use("2024-11-06", calls, "image-pro"), SETTLED)[0]
        assert (line["unit_price"], line["amount"]) == (price, amount)

    # 100,500 calls: 1,000 free, 10,000 of a pack, 89,500 charged. residual 89,500 and after_free 99,500 stay below
    # 100,000; total reaches it. With 101,000 calls after_free is 100,000.
    @pytest.mark.parametrize(
        "calls, basis, amount",
        [
            (100_500, "residual", "16110.00"),  # 89,500 × 0.18
            (100_500, "after_free", "16110.00"),
            (100_500, "total", "10740.00"),  # 89,500 × 0.12
            (101_000, "residual", "16200.00"),  # 90,000 × 0.18
            (101_000, "after_free", "10800.00"),  # 90,000 × 0.12
        ],
    )
    def test_r12_what_picks_the_tier(self, calls, basis, amount):
        commands = [OPEN, buy("2024-11-05T10:00", "calls-10k", "p"), use("2024-11-06", calls), SETTLED]
        assert lines(*commands, tier_basis=basis)[0]["amount"] == amount

    @pytest.mark.parametrize("day", [1, 2, 3])
    def test_r14_settlement_day(self, day):
        before = f"2024-12-{day - 1:02d}T23:59:59" if day > 1 else "2024-11-30T23:59:59"
        commands = [OPEN, use("2024-11-06", 1_100)]
        assert statement(*commands, do(before, "advance"), settlement_day=day)["invoices"] == []
        invoice = statement(*commands, do(f"2024-12-{day:02d}", "advance"), settlement_day=day)["invoices"][0]
        # 100 × 0.24 = 24
        assert (invoice["month"], invoice["issued"], invoice["total"]) == (
            "2024-11",
            f"2024-12-{day:02d}T00:00:00+08:00",
            "24.00",
        )

    def test_r14_r15_usage_between_the_months_end_and_the_settlement_is_the_next_months(self):
        commands = [OPEN, use("2024-11-30T23:59:59", 1_100), use("2024-12-01", 1_200), do("2025-01-03", "advance")]
        # 100 × 0.24 and 200 × 0.24
        invoices = statement(*commands, settlement_day=3)["invoices"]
        assert [(invoice["month"], invoice["total"]) for invoice in invoices] == [
            ("2024-11", "24.00"),
            ("2024-12", "48.00"),
        ]

    def test_r14_an_invoice_of_nothing_and_no_invoice(self):
        assert statement(OPEN, use("2024-11-06", 1), SETTLED)["invoices"][0]["total"] == "0.00"
        assert statement(OPEN, use("2024-11-06", 5, billable=False), SETTLED)["invoices"] == []
        assert statement(OPEN, SETTLED)["invoices"] == []

    def test_r14_one_line_per_product(self):
        # 100 × 0.24 + 50 × 0.60 = 24 + 30
        commands = [OPEN, OPEN_PRO, use("2024-11-06", 50, "image-pro"), use("2024-11-06", 1_100)]
        invoice = statement(*commands, SETTLED)["invoices"][0]
        assert ([line["product"] for line in invoice["lines"]], invoice["total"]) == (["image", "image-pro"], "54.00")
        one = last(*commands, do("2024-11-30", "preview", product="image-pro"), wallet={"cash": "31"})["invoice"]
        assert (one["total"], one["balance_after"], one["month"]) == ("30.00", "1.00", "2024-11")


class TestCapacity:
    # (0, 50) × 2,400, [50, 100) × 2,000, [100, ∞) × 1,800; by the day 110, 85, 70
    @pytest.mark.parametrize(
        "quantity, period, amount",
        [
            (49, {"months": 1}, "117600.00"),
            (50, {"months": 1}, "100000.00"),
            (99, {"months": 1}, "198000.00"),
            (100, {"months": 2}, "360000.00"),
            (49, {"days": 1}, "5390.00"),
            (50, {"days": 1}, "4250.00"),
            (100, {"days": 3}, "21000.00"),
        ],
    )
    def test_r18_tiers_by_quantity(self, quantity, period, amount):
        assert last(qps("2024-11-05T10:00", quantity, "q", **period))["amount"] == amount

    def test_r18_held_capacity_can_pick_the_tier(self):
        # 30 held and 20 more reach 50: 20 × 85 × 1, else 20 × 110 × 1
        commands = [qps("2024-11-05T10:00", 30, "a", days=2), qps("2024-11-06", 20, "b", days=1)]
        assert last(*commands)["amount"] == "2200.00"
        assert last(*commands, capacity_tier_scope="held")["amount"] == "1700.00"
        later = qps("2024-11-06", 20, "c", days=1, start="2024-11-07")  # "a" ends at 00:00 of the 7th
        assert last(*commands, later, capacity_tier_scope="held")["amount"] == "2200.00"

    @pytest.mark.parametrize(
        "bought, months, kind, until",
        [
            ("2025-01-31T12:00", 1, "anchored", "2025-02-28"),
            ("2024-01-31T12:00", 1, "anchored", "2024-02-29"),
            ("2025-01-31T12:00", 2, "anchored", "2025-03-31"),
            ("2025-01-31T12:00", 1, "days_30", "2025-03-02"),  # 31 January + 30 days
            ("2025-01-31T12:00", 2, "days_31", "2025-04-03"),  # 31 January + 62 days
        ],
    )
    def test_r19_months(self, bought, months, kind, until):
        order = last(slots(bought, 1, "s", months=months), capacity_month=kind)
        assert (order["from"], order["until"]) == (f"{bought}:00+08:00", f"{until}T00:00:00+08:00")
        assert order["amount"] == f"{12_000 * months}.00"

    def test_r19_a_day_bought_at_noon_counts(self):
        assert last(qps("2024-11-05T12:00", 1, "q", days=1))["until"] == "2024-11-06T00:00:00+08:00"
        assert last(qps("2024-11-05T12:00", 1, "q", days=1, start="2024-11-05"))["from"] == "2024-11-05T12:00:00+08:00"
        assert error(qps("2024-11-05T12:00", 1, "q", days=1, start="2024-11-04")) == "start_in_past"
        assert error(slots("2024-11-05T12:00", 1, "q", days=1)) == "not_sold"
        assert (
            error(do("2024-11-05", "buy_capacity", product="image", meter="concurrency", quantity=1, days=1))
            == "unknown_meter"
        )

    @pytest.mark.parametrize("effect, limit", [("replace", 5), ("add", 25)])
    def test_r20_the_limit_is_what_is_bought(self, effect, limit):
        commands = [OPEN, qps("2024-11-05T10:00", 5, "q", days=1)]
        assert image(*commands, capacity_effect=effect)["limits"] == {"qps": 20}  # still in calls mode
        commands.append(mode("2024-11-05T10:00", "qps"))
        assert image(*commands, capacity_effect=effect)["limits"] == {"qps": limit}
        assert image(*commands, do("2024-11-06", "advance"), capacity_effect=effect)["limits"] == {"qps": 0}

    def test_r21_at_most_300_at_any_instant(self):
        held = [
            qps("2024-11-05T10:00", 200, "a", days=2),
            qps("2024-11-05T10:00", 200, "b", days=1, start="2024-11-07"),
        ]
        assert last(*held)["ok"]
        assert error(*held, qps("2024-11-05T10:00", 101, "c", days=3)) == "capacity_limit"
        assert last(*held, qps("2024-11-05T10:00", 100, "c", days=3))["ok"]
        assert error(qps("2024-11-05T10:00", 301, "c", days=3)) == "capacity_limit"

    def test_r23_qps_mode_without_capacity(self):
        commands = [OPEN, mode("2024-11-05T10:00", "qps")]
        assert error(*commands, use("2024-11-06", 1)) == "no_capacity"
        assert last(*commands, use("2024-11-06", 1), capacity_lapse="fall_back")["free"] == 1
        assert last(*commands, capacity_lapse="fall_back")["mode"] == "calls"
        later = [*commands, qps("2024-11-07", 1, "q", days=1), use("2024-11-07", 9)]
        assert last(*later, capacity_lapse="fall_back")["unbilled"] == 9  # the setting has stayed

    def test_r17_capacity_calls_in_the_tier(self):
        # 9,500 in qps mode; 1,600 − 1,000 free = 600 charged, in the tier of 600 or of 10,100
        commands = [
            OPEN,
            qps("2024-11-05T10:00", 5, "q", days=1),
            mode("2024-11-05T10:00", "qps"),
            use("2024-11-05T11:00", 9_500),
            mode("2024-11-05T12:00", "calls"),
            use("2024-11-05T13:00", 1_600),
            SETTLED,
        ]
        assert lines(*commands)[0]["amount"] == "144.00"
        assert lines(*commands, capacity_calls="count_for_tier")[0]["amount"] == "108.00"
        assert lines(*commands, capacity_calls="count_for_tier", tier_basis="total")[0]["tier"] == 10_000

    def test_r24_concurrency_takes_over_and_falls_back(self):
        commands = [OPEN_PRO, slots("2024-11-05T10:00", 2, "s", months=1)]
        assert error(*commands, mode("2024-11-06", "calls", "image-pro")) == "mode_locked"
        assert error(OPEN_PRO, mode("2024-11-06", "concurrency", "image-pro")) == "mode_locked"
        assert error(OPEN_PRO, mode("2024-11-06", "qps", "image-pro")) == "unknown_mode"
        assert last(*commands, use("2024-12-04T23:59:59", 7, "image-pro"))["unbilled"] == 7
        assert last(*commands, use("2024-12-05", 7, "image-pro"))["postpaid"] == 7
        assert last(*commands, mode("2024-12-05", "calls", "image-pro"))["mode"] == "calls"


class TestMaterials:
    def test_r25_a_ceiling_on_what_is_held(self):
        full = [OPEN, do("2024-11-06", "add_materials", product="image", quantity=10)]
        assert last(*full) == {"do": "add_materials", "ok": True, "held": 10, "limit": 10}
        more = do("2024-11-07", "add_materials", product="image", quantity=1)
        less = do("2024-11-07", "remove_materials", product="image", quantity=1)
        assert error(*full, more) == "material_limit"
        assert last(*full, less, more)["held"] == 10
        assert error(OPEN, less) == "material_underflow"
        assert error(OPEN_PRO, do("2024-11-07", "add_materials", product="image-pro", quantity=1)) == "material_limit"

    def test_r32_a_material_pack_in_use(self):
        held = [
            OPEN,
            buy("2024-11-05T10:00", "materials-10", "m"),
            do("2024-11-06", "add_materials", product="image", quantity=11),
            do("2024-11-07", "refund", id="m"),
        ]
        assert error(*held) == "material_in_use"
        held.insert(3, do("2024-11-06", "remove_materials", product="image", quantity=1))
        assert last(*held)["amount"] == "400.00"
        assert image(*held)["materials"] == {"held": 10, "limit": 10}
