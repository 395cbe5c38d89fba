function run(n) {
  const m = new Map();
  let s = 42;
  for (let i = 0; i < n; i++) {
    s = s * 16807 % 2147483647;
    const k = s % 100003;
    m.set(k, (m.get(k) || 0) + i);
  }
  let odd = 0;
  for (const [k, v] of m) if (v % 2 === 1) odd += k;
  return m.size + " " + odd;
}

print(run(n));
