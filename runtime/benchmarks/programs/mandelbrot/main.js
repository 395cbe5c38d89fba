function run(n) {
  let inside = 0;
  for (let py = 0; py < n; py++) {
    const y0 = 2.0 * py / n - 1.0;
    for (let px = 0; px < n; px++) {
      const x0 = 3.0 * px / n - 2.0;
      let x = 0.0, y = 0.0, i = 0;
      while (i < 50 && x * x + y * y <= 4.0) {
        const next = x * x - y * y + x0;
        y = 2.0 * x * y + y0;
        x = next;
        i++;
      }
      if (i === 50) inside++;
    }
  }
  return inside;
}

print(run(n));
