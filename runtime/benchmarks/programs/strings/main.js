function run(n) {
  let text = "";
  for (let i = 0; i < n; i++) text += i % 1000 + ",";
  return text.length;
}

print(run(n));
