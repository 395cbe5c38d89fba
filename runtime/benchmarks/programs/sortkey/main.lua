local function run(n)
  local people = {}
  local s = 42
  for i = 1, n do
    s = s * 16807 % 2147483647
    people[i] = {id = i - 1, score = s}
  end
  table.sort(people, function(a, b) return a.score < b.score end)
  return people[1].id .. " " .. people[(n - n % 2) / 2 + 1].id .. " " .. people[n].id
end

print(run(n))
