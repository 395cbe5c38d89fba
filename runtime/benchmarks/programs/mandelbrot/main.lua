local function run(n)
  local inside = 0
  for py = 0, n - 1 do
    local y0 = 2.0 * py / n - 1.0
    for px = 0, n - 1 do
      local x0 = 3.0 * px / n - 2.0
      local x, y, i = 0.0, 0.0, 0
      while i < 50 and x * x + y * y <= 4.0 do
        local next = x * x - y * y + x0
        y = 2.0 * x * y + y0
        x = next
        i = i + 1
      end
      if i == 50 then inside = inside + 1 end
    end
  end
  return inside
end

print(run(n))
