local function run(n)
  local xs = {}
  for i = 0, n - 1 do xs[#xs + 1] = i end
  local sum = 0
  for i = 1, #xs do sum = sum + xs[i] end
  return string.format("%d", sum)
end

print(run(n))
