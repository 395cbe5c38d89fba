function run(n) {
  const parts = [];
  for (let i = 0; i < n; i++) parts.push(i % 1000 + ",");
  return parts.join("").length;
}

print(run(n));
