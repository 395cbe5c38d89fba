local function run(n)
  local parts = {}
  for i = 0, n - 1 do parts[i + 1] = i % 1000 .. "," end
  return #table.concat(parts)
end

print(run(n))
