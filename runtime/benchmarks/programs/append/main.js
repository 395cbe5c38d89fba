function run(n) {
  const xs = [];
  for (let i = 0; i < n; i++) xs.push(i);
  let sum = 0;
  for (const x of xs) sum += x;
  return sum;
}

print(run(n));
