--- The examples of docs/lua.md print what stands below them.
local language = require("language")
local support = require("support")

describe("docs/lua.md", function()
  local count = 0
  for code, expected in support.read("docs/lua.md"):gmatch("```lua\n(.-)```%s+```text\n(.-)```") do
    count = count + 1
    local example = (language.has_close or not code:find("<close>", 1, true)) and it or pending
    example("example " .. count, function()
      local lines = {}
      local environment = setmetatable({
        print = function(...)
          local words = language.pack(...)
          for i = 1, words.n do
            words[i] = tostring(words[i])
          end
          lines[#lines + 1] = table.concat(words, "\t") .. "\n"
        end,
      }, {__index = _G})
      assert(language.load(code, "docs/lua.md", environment))()
      assert.equal(expected, table.concat(lines))
    end)
  end

  it("has examples", function()
    assert.equal(4, count)
  end)
end)
