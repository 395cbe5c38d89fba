function run(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum = host_add(sum, i);
  return sum;
}

print(run(n));
