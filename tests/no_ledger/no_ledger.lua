--- By a module that was built with FAREGATE_NO_LEDGER: it prices, and says that it has no ledger.
local faregate = require("faregate")
local book = assert(faregate.book("tencent-facefusion"))
assert(tostring(book:price("image", "calls", 89000).amount) == "16020.00") -- 89,000 × 0.18 (R11)

local path = "build/no-ledger/booth.db"
local function assert_left_out(result, message, code)
  assert(result == nil and code == "ledger_left_out", tostring(code))
  assert(message:find("has no ledger", 1, true), message)
end
assert_left_out(faregate.open(path, {book = book}))
assert_left_out(faregate.open(path))
assert_left_out(faregate.verify(path))
assert_left_out(faregate.export(path))
assert_left_out(faregate.seal_ledger(path, path .. "-next"))
assert_left_out(faregate.compare_ledgers(path, path))
assert(io.open(path) == nil)
print("no-ledger in Lua: 1 passed, 0 failed")
