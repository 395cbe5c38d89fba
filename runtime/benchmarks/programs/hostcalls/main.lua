local add = host_add

local function run(n)
  local sum = 0
  for i = 0, n - 1 do sum = add(sum, i) end
  return sum
end

print(run(n))
