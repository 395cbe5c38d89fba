function a(i, j) {
  return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1);
}

function times(v, n) {
  const out = new Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0.0;
    for (let j = 0; j < n; j++) sum += a(i, j) * v[j];
    out[i] = sum;
  }
  return out;
}

function transposed(v, n) {
  const out = new Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0.0;
    for (let j = 0; j < n; j++) sum += a(j, i) * v[j];
    out[i] = sum;
  }
  return out;
}

function run(n) {
  let u = new Array(n).fill(1.0), v = u;
  for (let k = 0; k < 10; k++) {
    v = transposed(times(u, n), n);
    u = transposed(times(v, n), n);
  }
  let uv = 0.0, vv = 0.0;
  for (let i = 0; i < n; i++) {
    uv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  return Math.trunc(Math.sqrt(uv / vv) * 1e9);
}

print(run(n));
