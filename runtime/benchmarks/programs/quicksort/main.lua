local function quicksort(xs, low, high)
  local pivot = xs[low + (high - low - (high - low) % 2) / 2]
  local i, j = low, high
  while i <= j do
    while xs[i] < pivot do i = i + 1 end
    while xs[j] > pivot do j = j - 1 end
    if i <= j then
      xs[i], xs[j] = xs[j], xs[i]
      i = i + 1
      j = j - 1
    end
  end
  if low < j then quicksort(xs, low, j) end
  if i < high then quicksort(xs, i, high) end
end

local function run(n)
  local xs = {}
  local s = 42
  for i = 1, n do
    s = s * 16807 % 2147483647
    xs[i] = s
  end
  quicksort(xs, 1, n)
  for i = 2, n do if xs[i - 1] > xs[i] then error("not sorted") end end
  return xs[1] .. " " .. xs[(n - n % 2) / 2 + 1] .. " " .. xs[n]
end

print(run(n))
