function run(n) {
  const counts = new Map();
  let s = 42;
  for (let i = 0; i < n; i++) {
    s = s * 16807 % 2147483647;
    const word = "word" + s % 5000;
    counts.set(word, (counts.get(word) || 0) + 1);
  }
  return counts.size + " " + counts.get("word42");
}

print(run(n));
