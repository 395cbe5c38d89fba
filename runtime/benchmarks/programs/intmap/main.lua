local function run(n)
  local m, size = {}, 0
  local s = 42
  for i = 0, n - 1 do
    s = s * 16807 % 2147483647
    local k = s % 100003
    m[k] = (m[k] or 0) + i
  end
  local odd = 0
  for k, v in pairs(m) do
    size = size + 1
    if v % 2 == 1 then odd = odd + k end
  end
  return size .. " " .. odd
end

print(run(n))
