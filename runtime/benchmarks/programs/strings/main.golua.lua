-- go-lua's table.concat copies what it has so far for each part, so the parts
-- are put together in two steps.
local function run(n)
  local chunks, parts = {}, {}
  for i = 0, n - 1 do
    parts[#parts + 1] = i % 1000 .. ","
    if #parts == 1000 then
      chunks[#chunks + 1] = table.concat(parts)
      parts = {}
    end
  end
  chunks[#chunks + 1] = table.concat(parts)
  return #table.concat(chunks)
end

print(run(n))
