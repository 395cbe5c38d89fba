local function adder(k)
  return function(x) return (x + k) % 1000003 end
end

local function run(n)
  local s = 0
  for i = 0, n - 1 do
    local add = adder(i % 7)
    for _ = 1, 10 do s = add(s) end
  end
  return s
end

print(run(n))
