local function run(n)
  local xs = {}
  local s = 42
  for i = 1, n do
    s = s * 16807 % 2147483647
    xs[i] = s
  end
  table.sort(xs)
  return xs[1] .. " " .. xs[(n - n % 2) / 2 + 1] .. " " .. xs[n]
end

print(run(n))
