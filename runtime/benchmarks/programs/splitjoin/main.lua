local find, sub = string.find, string.sub

local function split(text, sep)
  local parts, k, start = {}, 0, 1
  while true do
    k = k + 1
    local at = find(text, sep, start, true)
    if not at then
      parts[k] = sub(text, start)
      return parts
    end
    parts[k] = sub(text, start, at - 1)
    start = at + #sep
  end
end

local function run(n)
  local text = string.rep("the quick brown fox jumps over the lazy dog ", 100):sub(1, -2)
  local words, chars = 0, 0
  for _ = 1, n do
    local parts = split(text, " ")
    words = words + #parts
    chars = chars + #table.concat(parts, ", ")
  end
  return words .. " " .. chars
end

print(run(n))
