function run(n) {
  const people = [];
  let s = 42;
  for (let i = 0; i < n; i++) {
    s = s * 16807 % 2147483647;
    people.push({id: i, score: s});
  }
  people.sort((a, b) => a.score - b.score);
  return people[0].id + " " + people[n >> 1].id + " " + people[n - 1].id;
}

print(run(n));
