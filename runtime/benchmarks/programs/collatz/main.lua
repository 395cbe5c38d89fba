local function steps(n)
  local count = 0
  while n ~= 1 do
    if n % 2 == 0 then n = n / 2 else n = 3 * n + 1 end
    count = count + 1
  end
  return count
end

local function run(n)
  local sum = 0
  for i = 1, n do sum = sum + steps(i) end
  return sum
end

print(run(n))
