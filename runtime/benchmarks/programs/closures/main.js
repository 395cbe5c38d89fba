function adder(k) {
  return x => (x + k) % 1000003;
}

function run(n) {
  let s = 0;
  for (let i = 0; i < n; i++) {
    const add = adder(i % 7);
    for (let j = 0; j < 10; j++) s = add(s);
  }
  return s;
}

print(run(n));
