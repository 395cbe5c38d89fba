function steps(n) {
  let count = 0;
  while (n !== 1) {
    n = n % 2 === 0 ? n / 2 : 3 * n + 1;
    count++;
  }
  return count;
}

function run(n) {
  let sum = 0;
  for (let i = 1; i <= n; i++) sum += steps(i);
  return sum;
}

print(run(n));
