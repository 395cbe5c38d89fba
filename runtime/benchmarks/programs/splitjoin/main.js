function run(n) {
  const text = "the quick brown fox jumps over the lazy dog ".repeat(100).trim();
  let words = 0, chars = 0;
  for (let i = 0; i < n; i++) {
    const parts = text.split(" ");
    words += parts.length;
    chars += parts.join(", ").length;
  }
  return words + " " + chars;
}

print(run(n));
