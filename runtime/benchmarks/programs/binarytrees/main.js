function make(depth) {
  return depth === 0 ? [null, null] : [make(depth - 1), make(depth - 1)];
}

function check(tree) {
  return tree[0] === null ? 1 : 1 + check(tree[0]) + check(tree[1]);
}

function run(n) {
  const longLived = make(n);
  let sum = 0;
  for (let depth = 4; depth <= n; depth++) {
    const count = 1 << (n - depth);
    for (let i = 0; i < count; i++) sum += check(make(depth));
  }
  return sum + check(longLived);
}

print(run(n));
