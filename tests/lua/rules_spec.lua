local faregate = require("faregate")

--- A price by model, a surcharge by region, half price at night.
local function parrot()
  return faregate.book({
    format = "faregate-book/2",
    id = "toy-parrot",
    title = "Parrot",
    currency = "EUR",
    minor_digits = 2,
    time_zone = "+00:00",
    rounding = "none",
    attributes = {
      {id = "model", values = {"big", "mini"}},
      {id = "region", values = {"eu", "us"}, default = "eu"},
      {id = "n", whole = {from = 1}, default = 1},
    },
    products = {
      {
        id = "tokens",
        meter = "tokens",
        price = {model = "flat", per = 1000000, price = "3"},
        rules = {
          {when = {region = "us"}, factor = "1.2"},
          {when = {hour = {below = 6}}, factor = "0.5"},
          {id = "mini", when = {model = "mini"}, price = {model = "flat", per = 1000000, price = "0.30"}},
        },
      },
      {
        id = "talk",
        meter = "steps",
        quantity = {{of = "n", least = 30, divide = 6}},
        price = {model = "flat", price = "0.01"},
      },
    },
  })
end

describe("a price by attributes", function()
  local book = assert(parrot())

  local function price(attributes, at)
    at = at or "2025-01-01T12:00"
    return book:price{product = "tokens", meter = "tokens", quantity = 100000, at = at, attributes = attributes}
  end

  it("is that of the first rule that fits and has it", function()
    local answer = assert(price{model = "mini", region = "us"})
    assert.equal("0.036", tostring(answer.amount))
    assert.equal("mini", answer.price)
    assert.equal("1.2", answer.factor)
    assert.is_true(answer.billable)
    assert.equal("100,000 ÷ 1,000,000 × 0.30 × 1.2 = 0.036", answer.explanation)
    assert.equal("0.15", tostring(assert(price({model = "big"}, "2025-01-01T03:00")).amount))
    assert.is_nil(assert(price{model = "big"}).price)
  end)

  it("multiplies a quantity by terms", function()
    local answer = assert(book:price{product = "talk", meter = "steps", quantity = 10, attributes = {n = 61}})
    assert.equal(110, answer.units)
    assert.equal("10 × ⌈61 ÷ 6⌉ = 110; 110 × 0.01 = 1.10", answer.explanation)
  end)

  it("is refused where an attribute is missing or has a value that the book does not know", function()
    local answer, message, code = price()
    assert.is_nil(answer)
    assert.equal("missing_attribute", code)
    assert.truthy(message:find("attributes.model", 1, true))
    assert.equal("unknown_value", select(3, price{model = "huge"}))
    assert.equal("unknown_value", select(3, price{model = 1}))
    assert.equal("unknown_value", select(3, price{colour = "red"}))
    assert.has_error(function()
      price{model = true}
    end)
    assert.has_error(function()
      price("big")
    end)
  end)

  it("is along a curve of the same attributes", function()
    local big = {model = "big"}
    local curve = assert(book:curve{product = "tokens", most = 1000000, at = "2025-01-01T12:00", attributes = big})
    assert.equal("3.00", tostring(curve.pieces[1].last))
    local talk = assert(book:curve{product = "talk", most = 2, attributes = {n = 61}})
    assert.equal("0.22", tostring(talk.pieces[1].last))
  end)
end)
