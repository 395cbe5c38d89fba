local function make(depth)
  if depth == 0 then return {} end
  return {make(depth - 1), make(depth - 1)}
end

local function check(tree)
  if not tree[1] then return 1 end
  return 1 + check(tree[1]) + check(tree[2])
end

local function run(n)
  local long_lived = make(n)
  local sum = 0
  local count = 2 ^ (n - 4)
  for depth = 4, n do
    for _ = 1, count do sum = sum + check(make(depth)) end
    count = count / 2
  end
  return sum + check(long_lived)
end

print(run(n))
