local faregate = require("faregate")
local language = require("language")
local money = faregate.money

describe("money", function()
  it("is made of text, integers and money", function()
    assert.equal("1.50", tostring(money("1.50")))
    assert.equal("-0.000000000001", tostring(money("-0.000000000001")))
    assert.equal("5", tostring(money(5)))
    assert.equal("-9223372036854775808", tostring(money(language.least)))
    assert.equal("1.50", tostring(money(money("1.50"))))
  end)

  it("is never made of floats or malformed text", function()
    for _, value in ipairs{1.5, language.whole_float, 0 / 0, 1 / 0, true, {}, print, "", "1e3", "+1", "--1", "1,000",
                           ".5", "5.", " 1", "0x10", "1.0000000000001", "NaN", "1\0", io.stdout} do
      assert.has_error(function() money(value) end)
    end
    assert.has_error(function() money() end)
  end)

  it("is below 10^26", function()
    assert.equal("99999999999999999999999999", tostring(money("99999999999999999999999999")))
    assert.error_matches(function() money("100000000000000000000000000") end, "below 10%^26")
  end)

  it("adds and subtracts exactly", function()
    assert.equal("0.30", tostring(money("0.10") + money("0.20")))
    assert.equal("0.3", tostring(money("0.1") + "0.2"))
    assert.equal("0.3", tostring("0.1" + money("0.2")))
    assert.equal("3.25", tostring(money("0.25") + 3))
    assert.equal("2.75", tostring(3 - money("0.25")))
    assert.equal("-0.25", tostring(-money("0.25")))
    assert.equal("0.333333333333", tostring(money("0.666666666666") - "0.333333333333"))
  end)

  it("is multiplied by integers", function()
    assert.equal("16020.00", tostring(money("0.18") * 89000))
    assert.equal("16020.00", tostring(89000 * money("0.18")))
    assert.has_error(function() return money(1) * 1.5 end)
    assert.has_error(function() return money(1) * language.whole_float end)
    assert.has_error(function() return money(1) * "2" end)
    assert.has_error(function() return money(1) * money(2) end)
  end)

  it("meets no float", function()
    for _, operation in ipairs{
      function() return money(1) + 0.5 end,
      function() return 0.5 + money(1) end,
      function() return money(1) - language.whole_float end,
      function() return money(1) < language.whole_float end,
      function() return money(1) + true end,
      function() return money(1) + {} end,
      function() return money(1) / 2 end,
    } do
      assert.has_error(operation)
    end
  end)

  it("overflows with an error, never by wrapping", function()
    local most = money("99999999999999999999999999.999999999999")
    assert.error_matches(function() return most + "0.000000000001" end, "overflow")
    assert.error_matches(function() return -most - "0.000000000001" end, "overflow")
    assert.error_matches(function() return most * 2 end, "overflow")
    assert.error_matches(function() return money(1) * 2 ^ 53 end, "factor")
    if language.has_integers then
      assert.error_matches(function() return money(language.greatest) * language.greatest end, "overflow")
    end
    assert.equal(most, most + 0)
  end)

  it("compares by amount", function()
    assert.is_true(money("1.5") == money("1.50"))
    assert.is_false(money("1.5") == money("1.51"))
    assert.is_true(money("1.5") < money("1.51"))
    if language.compares_mixed then
      assert.is_true(money("-2") < 0)
      assert.is_true("1.49" < money("1.5"))
      assert.is_true(money("1.5") <= "1.50")
      assert.is_true(money("1.5") >= 1)
    end
    assert.is_false(money("1.5") == "1.5")
    assert.is_false(money(1) == io.stdout)
  end)

  it("shows as many decimals as its currency, or as were written, at least", function()
    assert.equal("1.50", tostring(money("1.00") + "0.5"))
    assert.equal("0.24", tostring(money("0.24") * 1))
    assert.equal("0.00", tostring(money("0.24") - "0.24"))
    assert.equal("total 1.50 CNY", "total " .. money("1.50") .. " CNY")
    assert.equal("1.502", money("1.50") .. 2)
  end)

  local function shares(...)
    local parts, nobody = faregate.bill_shares(...)
    for i, part in ipairs(parts) do
      parts[i] = tostring(part)
    end
    return table.concat(parts, " "), nobody
  end

  it("is shared out to the last digit", function()
    local thirds = {{postpaid = 1, quantity = 9}, {postpaid = 1}, {postpaid = 1}}
    assert.same({"0.34 0.33 0.33 0.00", 0}, {shares(1, 2, 3, thirds)})
    assert.same({"0.20 0.20 0.20 0.40", 2}, {shares("1", 2, 5, thirds)})
    assert.same({"0.5 1.5 0.0", 0}, {shares(money("2"), 1, 0, {{quantity = 1}, {quantity = 3}})})
    assert.same({"12.34", 7}, {shares("12.34", 2, 7, {})})
    -- what is paid back goes to those of whom more was taken off than they used
    assert.same({"0.00 -2.00 -1.00 0.00", 0}, {shares(-3, 2, -5, {{postpaid = 1}, {postpaid = -4}, {postpaid = -2}})})
    assert.same({"0.00 -3.00", -4}, {shares(-3, 2, -3, {{postpaid = 1}})})
    assert.same({"1.00 0.00 0.00", 0}, {shares(1, 2, -3, {{postpaid = 1}, {postpaid = -4}})})
    assert.error_matches(function() faregate.bill_shares("0.001", 2, 1, thirds) end, "decimals")
    local with_a_hole = {{postpaid = 1}}
    with_a_hole[3] = {postpaid = 1}
    assert.error_matches(function() faregate.bill_shares(1, 2, 2, with_a_hole) end, "groups: a list has the keys")
    assert.error_matches(function() faregate.bill_shares(1, 13, 1, thirds) end, "0 to 12")
    assert.error_matches(function() faregate.bill_shares(1, -2 ^ 33 + 2, 1, thirds) end, "decimals: expected")
    assert.error_matches(function() faregate.bill_shares(1, -1, 1, thirds) end, "0 to 12")
    assert.error_matches(function() faregate.bill_shares(1, 2, 1, {1}) end, "list of tables")
    assert.error_matches(function() faregate.bill_shares(1, 2, 1, {{postpaid = "x"}}) end, "postpaid")
    local most = "9223372036854775807"
    assert.error_matches(function() faregate.bill_shares(1, 2, 1, {{postpaid = most}, {postpaid = most}}) end, "beyond")
  end)
end)
