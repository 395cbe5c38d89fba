function quicksort(xs, low, high) {
  const pivot = xs[(low + high) >> 1];
  let i = low, j = high;
  while (i <= j) {
    while (xs[i] < pivot) i++;
    while (xs[j] > pivot) j--;
    if (i <= j) {
      const x = xs[i];
      xs[i] = xs[j];
      xs[j] = x;
      i++;
      j--;
    }
  }
  if (low < j) quicksort(xs, low, j);
  if (i < high) quicksort(xs, i, high);
}

function run(n) {
  const xs = [];
  let s = 42;
  for (let i = 0; i < n; i++) {
    s = s * 16807 % 2147483647;
    xs.push(s);
  }
  quicksort(xs, 0, n - 1);
  for (let i = 1; i < n; i++) if (xs[i - 1] > xs[i]) throw new Error("not sorted");
  return xs[0] + " " + xs[n >> 1] + " " + xs[n - 1];
}

print(run(n));
