function run(n) {
  const xs = [];
  let s = 42;
  for (let i = 0; i < n; i++) {
    s = s * 16807 % 2147483647;
    xs.push(s);
  }
  xs.sort((a, b) => a - b);
  return xs[0] + " " + xs[n >> 1] + " " + xs[n - 1];
}

print(run(n));
