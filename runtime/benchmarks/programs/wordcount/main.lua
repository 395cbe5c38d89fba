local function run(n)
  local counts, size = {}, 0
  local s = 42
  for _ = 1, n do
    s = s * 16807 % 2147483647
    local word = "word" .. s % 5000
    counts[word] = (counts[word] or 0) + 1
  end
  for _ in pairs(counts) do size = size + 1 end
  return size .. " " .. counts.word42
end

print(run(n))
